import type { NetworkFile } from "@heddle/network";
import type { NetworkPlace } from "@heddle/runtimes";
import type { SealedKeys } from "@heddle/store";
import type { Checkpoint } from "../network/checkpoints.ts";

/** Version of the format that this version writes, and the only one it reads. */
export const BACKUP_FORMAT = 1;

/** A file of a backup, by which damage is found. */
export interface CopiedFile {
  /** Below the backup's folder. */
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** A deployed chaincode, as it was noted. */
export interface CopiedChaincode {
  readonly channel: string;
  readonly name: string;
  readonly version: string;
  readonly sequence: number;
  readonly packageId: string;
  /** Its plan. */
  readonly detail: unknown;
}

/** What a backup is of, and what is needed to make a network of it again. Keys in it are sealed. */
export interface BackupManifest {
  readonly format: typeof BACKUP_FORMAT;
  readonly id: string;
  readonly network: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly file: NetworkFile;
  /** Where its nodes were: their ports stand in the channels' configurations. */
  readonly place: NetworkPlace;
  readonly keys: SealedKeys;
  /** First blocks of the channels, base64, by name. */
  readonly genesis: Readonly<Record<string, string>>;
  readonly chaincodes: readonly CopiedChaincode[];
  /** How far each peer had come when the copying began: a copy has at least that. */
  readonly checkpoints: readonly Checkpoint[];
  readonly files: readonly CopiedFile[];
  /** SHA-256 of all that stands above, as JSON without spaces, hex. */
  readonly digest: string;
}
