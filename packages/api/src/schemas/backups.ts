import { networkName } from "@heddle/network";
import { z } from "zod";
import { time } from "./common.ts";

/** Id of a backup. */
export const backupId = z
  .string()
  .max(81)
  .regex(/^[a-z0-9][a-z0-9-]*$/, "must be letters, digits and -");

/** A backup: what it is of, and how far each channel was. */
export const backupSchema = z
  .object({
    id: z.string(),
    network: z.string(),
    createdAt: time,
    runtime: z.string(),
    fabricVersion: z.string(),
    organizations: z.array(z.string()),
    channels: z.array(z.object({ name: z.string(), block: z.int().describe("number of the last block that all its peers had") })),
    bytes: z.int(),
    files: z.int(),
  })
  .meta({ id: "Backup" });

/** How to restore a backup. */
export const restoreInput = z
  .strictObject({ name: networkName.optional().describe("what the restored network is called; default as it was") })
  .meta({ id: "RestoreInput" });

/** A backup, as the API shows it. */
export type Backup = z.output<typeof backupSchema>;
