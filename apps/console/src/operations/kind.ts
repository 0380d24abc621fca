import i18next from "i18next";
import type { Operation } from "@heddle/api";

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
