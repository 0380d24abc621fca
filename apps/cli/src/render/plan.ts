import type { Output } from "../output.ts";

interface PlanView {
  readonly network: string;
  readonly empty: boolean;
  readonly changes: readonly { readonly action: string; readonly summary: string; readonly path: string; readonly supported: boolean }[];
}

const SIGNS: Readonly<Record<string, string>> = { create: "+", update: "~", delete: "-" };

/** A plan in lines, with a sign for each change and a mark where it cannot be made. */
export function planText(plan: PlanView, output: Output): string {
  if (plan.empty) return `${plan.network} is as its file says\n`;
  const lines = plan.changes.map(({ action, summary, path, supported }) => {
    const mark = supported ? "" : output.style("yellow", "  not possible on a running network");
    return `${SIGNS[action] ?? "?"} ${summary}  ${output.style("dim", path)}${mark}\n`;
  });
  return lines.join("");
}
