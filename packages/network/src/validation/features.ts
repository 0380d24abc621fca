import type { NetworkFile } from "../schema/network-file.ts";
import type { Finding } from "./finding.ts";

const STARTABLE = ["typescript", "javascript"];

/** What a right network file may ask for and this version cannot do yet. */
export function featureFindings(network: NetworkFile): Finding[] {
  return network.spec.chaincodes.flatMap((chaincode, index) => {
    const at = ["spec", "chaincodes", index];
    const findings: Finding[] = [];
    if (chaincode.collections !== undefined) {
      findings.push({
        parts: [...at, "collections"],
        rule: "not_supported",
        feature: "private data collections",
        message: "private data collections are not supported yet",
      });
    }
    if (!STARTABLE.includes(chaincode.language)) {
      findings.push({
        parts: [...at, "language"],
        rule: "not_supported",
        feature: `chaincode of language ${chaincode.language}`,
        message: `only chaincode in ${STARTABLE.join(" and ")} can be started yet`,
      });
    }
    return findings;
  });
}
