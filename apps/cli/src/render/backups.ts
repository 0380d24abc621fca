import type { Backup } from "@heddle/api";
import { asCalled } from "../called.ts";
import { table } from "./table.ts";
import { fileSize, seconds } from "./values.ts";

/** Backups in a table. */
export function backupTable(backups: readonly Backup[], nothing: string): string {
  return table(
    ["backup", "network", "made", "runtime", "channels", "size"],
    backups.map(({ id, network, createdAt, runtime, channels, bytes }) => [
      id,
      network,
      createdAt,
      runtime,
      channels.map(({ name, block }) => `${name} to block ${block}`).join(", "),
      fileSize(bytes),
    ]),
    nothing,
  );
}

/** What is told at the end of an operation that made a backup, or restored one. */
export function backupLines(result: object): string[] {
  const { backup, bytes, files, paused, compared } = result as Partial<Record<string, unknown>>;
  if (typeof backup !== "string") return [];
  if (typeof compared === "number") return [`restored ${backup}: ${compared} ledgers on peers have the noted block and commit hash`];
  if (typeof bytes !== "number" || typeof files !== "number" || typeof paused !== "number") return [];
  return [
    `backup ${backup}: ${files} files, ${fileSize(bytes)}; the nodes did not serve for ${seconds(paused)}`,
    asCalled(`restore it with: heddle backup restore ${backup}`),
  ];
}
