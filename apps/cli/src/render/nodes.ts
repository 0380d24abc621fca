import type { Node } from "@heddle/api";
import { table } from "./table.ts";
import { megabytes } from "./values.ts";

/** The nodes of a network in a table. */
export function nodeTable(nodes: readonly Node[]): string {
  return table(
    ["node", "kind", "msp", "state", "address", "operations", "pid", "memory"],
    nodes.map((node) => [
      node.name,
      node.kind,
      node.mspId ?? "",
      node.state,
      node.address ?? "",
      node.operations ?? "",
      node.pid === undefined ? "" : String(node.pid),
      node.memoryBytes === undefined ? "" : megabytes(node.memoryBytes),
    ]),
    "no nodes",
  );
}
