import { table } from "./table.ts";

/** What an operation that deletes leaves behind: the list of what is gone, and how much is still there. */
export interface Receipt {
  readonly removed: readonly { readonly kind: string; readonly id: string; readonly detail: string }[];
  readonly left: number;
}

/** Whether the result of an operation is a receipt. */
export function isReceipt(result: object): result is Receipt {
  return "removed" in result && Array.isArray(result.removed) && "left" in result && typeof result.left === "number";
}

/** A receipt in lines: every thing removed, then the sum by kind and what is left. */
export function receiptLines({ removed, left }: Receipt): string[] {
  const counts = [...Map.groupBy(removed, ({ kind }) => kind)].map(([kind, items]) => plural(items.length, kind));
  return [
    ...removedLines(removed),
    `removed ${counts.length === 0 ? "nothing" : counts.join(", ")}; ${left === 0 ? "nothing is left" : `${left} left`}`,
  ];
}

/** What was removed, a line each. */
export function removedLines(removed: Receipt["removed"]): string[] {
  const rows = removed.map(({ kind, id, detail }) => [kind, id, detail]);
  return table(["removed", "", ""], rows, "nothing was there to remove").trimEnd().split("\n");
}

function plural(count: number, kind: string): string {
  if (count === 1) return `1 ${kind}`;
  return `${count} ${kind.endsWith("s") ? `${kind}es` : kind.endsWith("y") && !kind.endsWith("ey") ? `${kind.slice(0, -1)}ies` : `${kind}s`}`;
}
