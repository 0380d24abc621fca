import type { Proof } from "@heddle/api";
import { seconds } from "./values.ts";

/** A proof of readiness in lines: each channel with its transaction, then the seconds of each phase. */
export function proofLines(proof: Proof | undefined): string[] {
  if (proof === undefined) return [];
  const channels = proof.channels.map(({ channel, transactionId, block, peers }) => {
    const where = peers === undefined || peers.length === 0 ? "" : ` on ${peers.join(", ")}`;
    return `channel ${channel}: transaction ${transactionId ?? "?"} in block ${block ?? "?"}${where}`;
  });
  const phases = Object.entries(proof.phases ?? {}).map(([phase, value]) => `${phase} ${seconds(value)}`);
  return [...channels, ...(phases.length === 0 ? [] : [`phases: ${phases.join(", ")}`])];
}
