import type { BackupManifest } from "../backup/manifest.ts";
import type { World } from "./world.ts";

/** A backup, without what restoring needs. */
export interface BackupView {
  readonly id: string;
  readonly network: string;
  readonly createdAt: string;
  readonly runtime: string;
  readonly fabricVersion: string;
  readonly organizations: readonly string[];
  /** With the last block that all its peers had. */
  readonly channels: ReadonlyArray<{ readonly name: string; readonly block: number }>;
  readonly bytes: number;
  readonly files: number;
}

function viewOf({ id, network, createdAt, file, checkpoints, files }: BackupManifest): BackupView {
  const { runtime, fabricVersion, organizations, channels } = file.spec;
  const blockOf = (channel: string): number => Math.min(...checkpoints.filter((one) => one.channel === channel).map(({ block }) => block));
  return {
    id,
    network,
    createdAt,
    runtime,
    fabricVersion,
    organizations: organizations.map(({ name }) => name),
    channels: channels.map(({ name }) => ({ name, block: blockOf(name) })),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    files: files.length,
  };
}

/** What can be done with backups without an operation. */
export function backupServices({ backups }: World) {
  return {
    /** Newest first; of one network where it is named. */
    async backups(network?: string): Promise<BackupView[]> {
      return (await backups.list()).filter((one) => network === undefined || one.network === network).map(viewOf);
    },
    /** Compares every file with its digest. Throws OPERATION_BACKUP_UNKNOWN, OPERATION_BACKUP_DAMAGED. */
    verifyBackup: async (id: string): Promise<BackupView> => viewOf(await backups.verify(id)),
    /** Throws OPERATION_BACKUP_UNKNOWN, OPERATION_BACKUP_DAMAGED. */
    backup: async (id: string): Promise<BackupView> => viewOf(await backups.read(id)),
    /** Throws OPERATION_BACKUP_UNKNOWN. A damaged one can be removed too. */
    async removeBackup(id: string): Promise<void> {
      backups.requireKnown(id);
      await backups.remove(id);
    },
  };
}
