import type { Proof } from "@heddle/api";
import { seconds } from "./values.ts";

/** A proof of readiness in lines: each channel with its transaction and the peers that have it, then the seconds of each phase. */
export function proofLines(proof: Proof | undefined): string[] {
  if (proof === undefined) return [];
  const channels = proof.channels.flatMap(({ channel, transactionId, block, peers = [] }) => [
    `proof: transaction ${transactionId ?? "?"}`,
    `       in block ${block ?? "?"} of channel ${channel}${peers.length === 0 ? "" : `, committed on ${peers.join(", ")}`}`,
  ]);
  const phases = Object.entries(proof.phases ?? {}).map(([phase, value]) => `${phase} ${seconds(value)}`);
  return [...channels, ...(phases.length === 0 ? [] : [`phases: ${phases.join(", ")}`])];
}
