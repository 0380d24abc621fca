import type { ImportView } from "@heddle/api";
import type { NetworkFile } from "@heddle/network";
import { facts } from "./table.ts";

type LeftOut = Pick<ImportView, "skipped" | "notes">;

/** What a running network is, in lines. */
export function importText(view: ImportView): string {
  const { spec } = view.spec as NetworkFile;
  const of = (kind: string): string =>
    view.nodes
      .filter((node) => node.kind === kind)
      .map(({ name, address }) => `${name} (${address})`)
      .join(", ");
  const about = facts([
    ["channels", spec.channels.map(({ name, members }) => `${name}: ${members.join(", ")}`).join("; ")],
    ["peers", of("peer")],
    ["orderers", `${of("orderer")}; ${spec.ordering.type}`],
    ["chaincodes", view.chaincodes.map(({ name, version, channel }) => `${name} ${version} on ${channel}`).join(", ")],
    ["identities", view.identities.map(({ user, mspId, admin }) => `${user} of ${mspId}${admin ? " (administrator)" : ""}`).join(", ")],
  ]);
  return `${about}${leftOutLines(view)
    .map((line) => `${line}\n`)
    .join("")}`;
}

/** Whether an operation's result is that of an import. */
export function isImport(value: object): value is LeftOut {
  return "skipped" in value && Array.isArray(value.skipped) && "notes" in value && Array.isArray(value.notes);
}

/** What was left out of an import, and what could not be found out. */
export function leftOutLines({ skipped, notes }: LeftOut): string[] {
  return [
    ...skipped.map(({ channel, code, reason, next }) => `left out: ${channel}: ${reason} (${code}). ${next}`),
    ...notes.map((note) => `note: ${note}`),
  ];
}
