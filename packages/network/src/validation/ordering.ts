import type { NetworkFile } from "../schema/network-file.ts";
import type { Finding } from "./finding.ts";

/** Largest number of nodes one network may have. */
const MAX_NODES = 200;

/** Rules of the ordering service, the versions they need, and the size of the whole. */
export function orderingFindings(network: NetworkFile): Finding[] {
  const { ordering, fabricVersion, runtime, storage, organizations, channels } = network.spec;
  const findings: Finding[] = [];
  const bft = ordering.type === "bft";
  if (bft && ordering.consenters.length < 4) {
    findings.push({
      parts: ["spec", "ordering", "consenters"],
      rule: "too_small",
      message: `bft needs at least 4 consenters, there are ${ordering.consenters.length}`,
      suggestion: "use raft, or list 4",
    });
  }
  if (bft && fabricVersion === "2.5") {
    findings.push({
      parts: ["spec", "ordering", "type"],
      rule: "version",
      message: "bft came with Fabric 3.0",
      suggestion: 'set spec.fabricVersion to "3.1"',
    });
  }
  if (ordering.batch.preferredMaxBytes > ordering.batch.absoluteMaxBytes) {
    findings.push({
      parts: ["spec", "ordering", "batch", "preferredMaxBytes"],
      rule: "too_large",
      message: "must not exceed absoluteMaxBytes",
    });
  }
  if (ordering.batch.timeout === "instant" && runtime !== "embedded") {
    findings.push({
      parts: ["spec", "ordering", "batch", "timeout"],
      rule: "runtime",
      message: `instant blocks exist on the embedded runtime only, not on ${runtime}`,
      suggestion: "for example 200ms",
    });
  }
  if (storage === "memory" && runtime !== "embedded") {
    findings.push({
      parts: ["spec", "storage"],
      rule: "runtime",
      message: `ledgers in memory exist on the embedded runtime only, not on ${runtime}`,
      suggestion: "kept",
    });
  }
  const nodes = ordering.consenters.length + organizations.reduce((sum, { peers }) => sum + peers.length, 0);
  if (nodes > MAX_NODES)
    findings.push({
      parts: ["spec", "organizations"],
      rule: "too_large",
      message: `make ${nodes} nodes, at most ${MAX_NODES} are allowed`,
    });
  channels.forEach(({ capabilities }, index) => {
    const parts = ["spec", "channels", index, "capabilities", "channel"];
    if (capabilities.channel === "V3_0" && fabricVersion === "2.5")
      findings.push({ parts, rule: "version", message: "V3_0 needs Fabric 3.0 or newer", suggestion: "V2_0" });
    if (capabilities.channel === "V2_0" && bft)
      findings.push({ parts, rule: "version", message: "bft needs the capability V3_0", suggestion: "V3_0" });
  });
  return findings;
}
