import { networkName } from "@heddle/network";
import { z } from "zod";
import { backupId, backupSchema, restoreInput } from "../schemas/backups.ts";
import { acceptedSchema } from "../schemas/operations.ts";
import { endpoint } from "./endpoint.ts";
import { changeErrors, fileErrors, runErrors } from "./error-groups.ts";

const backup = z.object({ backup: backupId });
const accepted = { status: 202, body: acceptedSchema } as const;
const damage = ["OPERATION_BACKUP_UNKNOWN", "OPERATION_BACKUP_DAMAGED"] as const;

/** Endpoints about backups. They outlive their networks; keys in them stay sealed. */
export const backupEndpoints = {
  listBackups: endpoint({
    method: "GET",
    path: "/api/v1/backups",
    summary: "All backups, newest first",
    permission: "backups.read",
    query: z.strictObject({ network: networkName.optional() }),
    response: { status: 200, body: z.object({ backups: z.array(backupSchema) }) },
    errors: [],
  }),
  createBackup: endpoint({
    method: "POST",
    path: "/api/v1/networks/{name}/backups",
    summary: "Back a network up: ledgers, sealed keys, definitions; its nodes end for as long as copying takes",
    permission: "backups.write",
    params: z.object({ name: networkName }),
    response: accepted,
    errors: [...changeErrors, "OPERATION_BACKUP_REFUSED", "RUNTIME_NOT_AVAILABLE"],
  }),
  verifyBackup: endpoint({
    method: "POST",
    path: "/api/v1/backups/{backup}/verify",
    summary: "Compare every file of a backup with its digest",
    permission: "backups.write",
    params: backup,
    response: { status: 200, body: z.object({ backup: backupSchema }) },
    errors: damage,
  }),
  restoreBackup: endpoint({
    method: "POST",
    path: "/api/v1/backups/{backup}/restore",
    summary: "Make a network of a backup, compare it with what the backup noted, and prove it",
    permission: "backups.write",
    params: backup,
    body: restoreInput,
    response: accepted,
    errors: [...damage, ...fileErrors, ...runErrors, "OPERATION_RESTORE_REFUSED", "STORE_NETWORK_EXISTS", "STORE_NETWORK_BUSY"],
  }),
  deleteBackup: endpoint({
    method: "DELETE",
    path: "/api/v1/backups/{backup}",
    summary: "Remove a backup for good",
    permission: "backups.write",
    params: backup,
    response: { status: 200, body: z.object({ removed: z.string() }) },
    errors: damage,
  }),
} as const;
