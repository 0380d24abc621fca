import type { Paint } from "../output.ts";

interface PlanView {
  readonly network: string;
  readonly empty: boolean;
  readonly changes: readonly { readonly action: string; readonly summary: string; readonly path: string; readonly supported: boolean }[];
}

const SIGNS: Readonly<Record<string, string>> = { create: "+", update: "~", delete: "-" };

/** A plan in lines, with a sign for each change and a mark where it cannot be made; then how many there are. */
export function planText({ network, empty, changes }: PlanView, paint: Paint): string {
  if (empty) return `${network} is as its file says\n`;
  const lines = changes.map(({ action, summary, path, supported }) => {
    const mark = supported ? "" : paint("yellow", "  not possible on a running network");
    return `${SIGNS[action] ?? "?"} ${summary}  ${paint("dim", path)}${mark}\n`;
  });
  const refused = changes.filter(({ supported }) => !supported).length;
  const total = changes.length === 1 ? "1 change" : `${changes.length} changes`;
  return `${lines.join("")}${total}${refused === 0 ? "" : `, ${refused} of them not possible`}\n`;
}
