import type { Backup, Handlers } from "@heddle/api";
import type { BackupView } from "@heddle/operations";
import type { HandlerContext } from "../ports.ts";
import { createSubmit, requireNetwork } from "./networks.ts";

type Names = "listBackups" | "createBackup" | "verifyBackup" | "restoreBackup" | "deleteBackup";

/** Handlers about backups. */
export function createBackupHandlers(context: HandlerContext): Pick<Handlers, Names> {
  const submit = createSubmit(context);
  const services = async () => (await context.backend()).services;
  return {
    async listBackups({ query }) {
      return { backups: (await (await services()).backups(query.network)).map(viewBackup) };
    },

    async createBackup({ caller, params }) {
      await requireNetwork(context, params.name);
      return submit(caller, "network.backup", {}, params.name);
    },

    async verifyBackup({ params }) {
      return { backup: viewBackup(await (await services()).verifyBackup(params.backup)) };
    },

    async restoreBackup({ caller, params, body }) {
      const { network } = await (await services()).backup(params.backup);
      return submit(caller, "network.restore", { backup: params.backup }, body.name ?? network);
    },

    async deleteBackup({ params }) {
      await (await services()).removeBackup(params.backup);
      return { removed: params.backup };
    },
  };
}

function viewBackup({ organizations, channels, ...rest }: BackupView): Backup {
  return { ...rest, organizations: [...organizations], channels: channels.map((channel) => ({ ...channel })) };
}
