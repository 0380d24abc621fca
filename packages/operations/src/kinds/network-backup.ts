import { operationErrors } from "../errors.ts";
import type { OperationKind, StepDefinition } from "../engine/types.ts";
import { takeCheckpoints, type Checkpoint } from "../network/checkpoints.ts";
import { allGenesisBlocks } from "../network/genesis-blocks.ts";
import type { NetworkProof } from "../network/prove.ts";
import type { World } from "../services/world.ts";
import { nodesStep } from "./network-prove.ts";
import { proofStep } from "./proof-step.ts";
import { reviving } from "./reviving.ts";

/** What a backup tells when it is made. */
export interface BackupResult {
  readonly backup: string;
  readonly bytes: number;
  readonly files: number;
  /** Seconds for which the nodes did not serve. */
  readonly paused: number;
  readonly checkpoints: readonly Checkpoint[];
  readonly proof: NetworkProof;
}

/** Id of the backup that an operation makes. */
export function backupId(network: string, operationId: string): string {
  return `${network}-${operationId.slice(0, 8)}`;
}

/**
 * Backs a network up: ledgers, sealed keys, definitions. The nodes end for as long as copying takes, all at once: of
 * orderers that are copied one after the other, a restored cluster could lose entries that one of them has committed.
 */
export function networkBackup(world: World): OperationKind<Record<string, never>> {
  const nameOf = (network: string | undefined): string => {
    if (network === undefined) throw new RangeError("the operation names no network");
    return network;
  };
  return {
    name: "network.backup",
    describe: () => "Back the network up",
    onFailure: "undo",
    async check({ network }) {
      const name = nameOf(network);
      const file = await world.file(name);
      const refuse = (reason: string): Error => operationErrors.create("OPERATION_BACKUP_REFUSED", { network: name, reason });
      if (file.spec.storage !== "kept") throw refuse("its ledgers are in memory only");
      if ((await world.runtimeOf(name)).copyOut === undefined) throw refuse("its runtime cannot copy what nodes keep");
    },
    plan({ network, operationId }) {
      const name = nameOf(network);
      const id = backupId(name, operationId);
      const place = async () => (await world.network(name)).place;
      const steps: StepDefinition[] = [
        nodesStep(world, name),
        reviving(world, place, {
          name: "checkpoints",
          title: "Note the last block of every channel on every peer",
          phase: "copy",
          // Those that were noted before a crash hold still, but a later copy should tell of later blocks.
          probe: () => false,
          async run() {
            const { file, connections } = await world.network(name);
            return takeCheckpoints(file, connections);
          },
        }),
        {
          name: "copy",
          title: "Copy what the nodes keep, while they do not run",
          phase: "copy",
          timeoutMs: 3_600_000,
          points: ["copied"],
          probe: () => world.backups.has(id),
          async run(context) {
            const { runtime, place: at } = await world.network(name);
            const folder = await world.backups.begin(id);
            const began = performance.now();
            try {
              await runtime.copyOut?.(at, folder, context.signal);
            } finally {
              // Connections that were tried while the nodes were down wait before they try again.
              world.forget(name);
            }
            context.faultPoint("copied");
            return { paused: Math.round(performance.now() - began) / 1000 };
          },
          undo: () => world.backups.remove(id),
          retries: 1,
        },
        {
          name: "write",
          title: "Write the backup's manifest, with a digest of every file",
          phase: "copy",
          timeoutMs: 3_600_000,
          probe: () => world.backups.has(id),
          async run(context) {
            const { file, place: at } = await world.network(name);
            const chaincodes = await world.store.chaincodes.list(name);
            await world.backups.finish({
              id,
              network: name,
              createdAt: new Date().toISOString(),
              file,
              place: at,
              keys: await world.keys.sealed(name),
              genesis: await allGenesisBlocks(world, name),
              chaincodes: chaincodes.map(({ channel, name: chaincode, version, sequence, packageId, detail }) => ({
                channel,
                name: chaincode,
                version,
                sequence,
                packageId,
                detail,
              })),
              checkpoints: context.result<Checkpoint[]>("checkpoints"),
            });
          },
        },
        proofStep(world, { file: () => world.file(name), place }),
      ];
      return steps as StepDefinition<Record<string, never>>[];
    },
    async settled({ network, operationId }, settlement): Promise<BackupResult | undefined> {
      const name = nameOf(network);
      const proof = settlement.resultOf<NetworkProof>("proof");
      if (settlement.state !== "succeeded" || proof === undefined) return undefined;
      await world.store.networks.update(name, { proof: { ...proof, phases: settlement.phases } });
      const { id, files, checkpoints } = await world.backups.read(backupId(name, operationId));
      return {
        backup: id,
        bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
        files: files.length,
        paused: settlement.resultOf<{ paused: number }>("copy")?.paused ?? 0,
        checkpoints,
        proof,
      };
    },
  };
}
