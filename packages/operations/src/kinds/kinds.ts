import type { OperationKind } from "../engine/types.ts";
import { requirePermitted } from "../import/permitted.ts";
import type { World } from "../services/world.ts";
import { certificatesRenew } from "./certificates-renew.ts";
import { chaincodeDeploy } from "./chaincode-deploy.ts";
import { channelReset } from "./channel-reset.ts";
import { identityIssue } from "./identity-issue.ts";
import { identityRevoke } from "./identity-revoke.ts";
import { networkApply } from "./network-apply.ts";
import { networkBackup } from "./network-backup.ts";
import { networkCreate } from "./network-create.ts";
import { networkImport } from "./network-import.ts";
import { networkDelete } from "./network-delete.ts";
import { networkProve } from "./network-prove.ts";
import { orderingMigrate } from "./ordering-migrate.ts";
import { networkUpgrade } from "./network-upgrade.ts";
import { networkRestore } from "./network-restore.ts";

/** Every kind of operation. */
export function operationKinds(world: World): OperationKind[] {
  const kinds = [
    networkCreate(world),
    networkImport(world),
    networkDelete(world),
    networkProve(world),
    networkApply(world),
    networkBackup(world),
    networkRestore(world),
    networkUpgrade(world),
    orderingMigrate(world),
    chaincodeDeploy(world),
    certificatesRenew(world),
    channelReset(world),
    identityIssue(world),
    identityRevoke(world),
  ] as OperationKind[];
  return kinds.map((kind) => ({
    ...kind,
    async check(context) {
      await requirePermitted(world, kind.name, context.network, context.input);
      await kind.check?.(context);
    },
  }));
}
