import type { Backup } from "@heddle/api";
import { table } from "./table.ts";
import { megabytes } from "./values.ts";

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
      megabytes(bytes),
    ]),
    nothing,
  );
}
