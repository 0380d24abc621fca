import i18next from "i18next";
import type { Operation, OperationDetail } from "@heddle/api";

/** What an operation does, in the language of the console; the server's own words for kinds it does not know. */
export function describeOperation({ kind, network, summary }: Pick<Operation, "kind" | "network" | "summary">): string {
  const key = kind.replaceAll(/\.(\w)/g, (_dot, letter: string) => letter.toUpperCase());
  const path = `operation.kinds.${key}`;
  return i18next.exists(path) ? i18next.t(path as "operation.kinds.networkCreate", { network: network ?? "" }) : summary;
}

/** Whether an operation is at its end. */
export function isOver({ state }: Pick<Operation, "state">): boolean {
  return state === "succeeded" || state === "failed" || state === "cancelled";
}

/** Kinds that go to their end: what they did could not be taken back without a lie. */
const uncancellable: ReadonlySet<string> = new Set(["network.delete", "channel.reset", "identity.revoke"]);

/** Whether an operation can be stopped and undone: while it runs, and where it failed and left something begun. */
export function isCancellable({ kind, state, steps }: Pick<OperationDetail, "kind" | "state" | "steps">): boolean {
  if (uncancellable.has(kind)) return false;
  if (state === "failed") return steps.some((step) => step.state !== "pending" && step.state !== "undone");
  return state === "queued" || state === "running";
}
