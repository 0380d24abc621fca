import { stringify } from "yaml";
import type { NetworkFile } from "../schema/network-file.ts";

/** Writes a network file as YAML that {@link parseNetworkFile} reads back to the same value. */
export function formatNetworkFile(network: NetworkFile): string {
  return stringify(network, { lineWidth: 0, aliasDuplicateObjects: false });
}
