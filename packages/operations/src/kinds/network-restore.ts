import { nodesOf, validateNetwork, type NetworkFile } from "@heddle/network";
import type { NetworkPlace } from "@heddle/runtimes";
import type { BackupManifest } from "../backup/manifest.ts";
import { operationErrors } from "../errors.ts";
import type { OperationKind, StepContext, StepDefinition } from "../engine/types.ts";
import { checkpointAt } from "../network/checkpoints.ts";
import { genesisSetting } from "../network/genesis-blocks.ts";
import { nodeFiles } from "../network/material.ts";
import { sourceFolder } from "../network/source.ts";
import type { World } from "../services/world.ts";
import { settleArrival } from "./arrival.ts";
import { lastChaincodeStep } from "./chaincode-definition.ts";
import { chaincodeLabel, type ChaincodePlan } from "./chaincode-plan.ts";
import { rebindSteps } from "./chaincode-steps.ts";
import { loadMaterials } from "./network-create.ts";
import { showState } from "./network-state.ts";
import { proofStep } from "./proof-step.ts";
import { reviving } from "./reviving.ts";

/** What `network.restore` is given. The operation's network is what the restored one is called. */
export interface RestoreInput {
  readonly backup: string;
}

/** Backup and target of a restoration, read anew by every step that needs them. */
interface Restoration {
  readonly manifest: BackupManifest;
  readonly file: NetworkFile;
  /** Under its own name it comes back to the very ports it had. */
  readonly own: boolean;
}

/** The file of a backup, under another name where one is wanted. Throws NETWORK_FILE_INVALID. */
function fileOf({ file }: BackupManifest, name: string): NetworkFile {
  return validateNetwork({ ...file, metadata: { ...file.metadata, name } });
}

async function restorationOf(world: World, backup: string, name: string): Promise<Restoration> {
  const manifest = await world.backups.read(backup);
  return { manifest, file: fileOf(manifest, name), own: manifest.network === name };
}

const planOf = ({ detail }: BackupManifest["chaincodes"][number]): ChaincodePlan => detail as ChaincodePlan;
const placeOf = (context: StepContext): NetworkPlace => context.result<NetworkPlace>("prepare");

/**
 * Makes a network of a backup: under its own name at the ports it had, which stand in its channels' configurations; or, of
 * an embedded network, whose orderers call nobody, as a copy beside the original with another name and other ports. What
 * came back is compared with what the backup noted, and proved by a transaction.
 */
export function networkRestore(world: World): OperationKind<RestoreInput> {
  const nameOf = (network: string | undefined): string => {
    if (network === undefined) throw new RangeError("the operation names no network");
    return network;
  };
  return {
    name: "network.restore",
    describe: ({ backup }) => `Restore backup ${backup}`,
    async check({ input: { backup }, network }) {
      const name = nameOf(network);
      const { manifest, file, own } = await restorationOf(world, backup, name);
      const refuse = (reason: string): Error => operationErrors.create("OPERATION_RESTORE_REFUSED", { backup, network: name, reason });
      const { runtime, fabricVersion } = file.spec;
      if (!own && runtime !== "embedded")
        throw refuse(
          "orderers of real Fabric call each other at the addresses of the channel configuration, which are those of the original",
        );
      if (world.runtime(runtime).copyIn === undefined) throw refuse(`the runtime ${runtime} cannot put back what nodes kept`);
      await world.runtime(runtime).requireUsable?.(fabricVersion);
      for (const { source, language } of manifest.chaincodes.map(planOf)) sourceFolder(source, language, world.scenarios);
    },
    async accept({ input: { backup }, network }, store) {
      const { file } = await restorationOf(world, backup, nameOf(network));
      await store.networks.insert({ name: file.metadata.name, spec: file, runtime: file.spec.runtime, state: "creating" });
    },
    begins: ({ network }) => showState(world, nameOf(network), "creating"),
    async plan({ input: { backup }, network }) {
      const restoration = await restorationOf(world, backup, nameOf(network));
      const { manifest, file, own } = restoration;
      const chaincodes = manifest.chaincodes.flatMap((chaincode) =>
        own ? [serviceStep(world, file, chaincode)] : rebindingSteps(world, file, planOf(chaincode)),
      );
      const last = manifest.chaincodes.map(({ channel, name }) => lastChaincodeStep(channel, name));
      const compared = compareStep(world, manifest);
      const proof = proofStep(world, { file: () => file, place: placeOf, after: [compared.name, ...last] });
      return [...groundSteps(world, restoration), ...chaincodes, compared, proof] as StepDefinition<RestoreInput>[];
    },
    async settled({ input: { backup }, network, operationId }, settlement) {
      const proof = await settleArrival(world, nameOf(network), operationId, settlement);
      return proof === undefined ? undefined : { backup, compared: settlement.resultOf<number>("compare") ?? 0, proof };
    },
  };
}

/** From nothing to running nodes with the copied ledgers. */
function groundSteps(world: World, { manifest, file, own }: Restoration): StepDefinition[] {
  const network = file.metadata.name;
  const runtime = world.runtime(file.spec.runtime);
  return [
    {
      name: "verify",
      title: "Compare the backup's files with their digests",
      phase: "prepare",
      after: [],
      timeoutMs: 3_600_000,
      probe: () => false,
      run: async () => (await world.backups.verify(manifest.id)).files.length,
    },
    {
      name: "prepare",
      title: own ? "Take the place and the ports it had" : "Find ports and a place",
      phase: "prepare",
      after: ["verify"],
      async probe({ operationId }) {
        const found = await runtime.find(network);
        return found?.owner === operationId && { result: found };
      },
      run: ({ operationId }) =>
        runtime.prepare({
          name: network,
          owner: operationId,
          storage: "kept",
          fabricVersion: file.spec.fabricVersion,
          cut: manifest.place.cut,
          nodes: nodesOf(file),
          ...(own ? { before: manifest.place } : {}),
        }),
      undo: async ({ operationId }) => {
        world.forget(network);
        await runtime.destroy(network, operationId);
      },
    },
    {
      name: "identities",
      title: "Unseal the organisations' identities",
      phase: "identities",
      after: ["verify"],
      async probe() {
        const kept = await world.keys.names(network);
        return Object.keys(manifest.keys.secrets).every((name) => kept.includes(name));
      },
      async run() {
        await world.keys.putSealed(network, manifest.keys);
        await world.store.settings.put(genesisSetting(network), manifest.genesis);
      },
      undo: async () => {
        await world.keys.deleteFor(network);
        await world.store.settings.delete(genesisSetting(network));
      },
    },
    {
      name: "data",
      title: "Copy back what the nodes kept",
      phase: "nodes",
      after: ["prepare"],
      timeoutMs: 3_600_000,
      // Once the nodes have run, their data is newer than the copy.
      probe: async (context) => (await runtime.observe(placeOf(context))).some(({ state }) => state !== "stopped"),
      run: async (context) => runtime.copyIn?.(placeOf(context), world.backups.folder(manifest.id), { chaincodes: own }),
      retries: 1,
    },
    {
      name: "start",
      title: "Start the nodes",
      phase: "nodes",
      after: ["data", "identities"],
      async probe(context) {
        const observed = await runtime.observe(placeOf(context));
        return observed.filter(({ kind }) => kind !== "chaincode").every(({ state }) => state === "running");
      },
      async run(context) {
        const place = placeOf(context);
        await runtime.deliver(place, nodeFiles(place, await loadMaterials(world, file)));
        await world.store.networks.update(network, { runtimeRef: place });
        await runtime.start(place, context.signal);
      },
      undo: async (context) => {
        const prepared = context.resultOf<NetworkPlace>("prepare");
        if (prepared !== undefined) await runtime.stop(prepared);
      },
      retries: 1,
    },
  ];
}

/** Starts a chaincode at the address that the installed packages name, and notes it as deployed. */
function serviceStep(world: World, file: NetworkFile, chaincode: BackupManifest["chaincodes"][number]): StepDefinition {
  const network = file.metadata.name;
  const runtime = world.runtime(file.spec.runtime);
  const plan = planOf(chaincode);
  const label = chaincodeLabel(plan);
  return {
    name: lastChaincodeStep(plan.channel, plan.name),
    title: `Start chaincode ${plan.name}`,
    phase: "chaincode",
    after: ["start"],
    probe: () => false,
    async run(context) {
      const place = placeOf(context);
      const folder = sourceFolder(plan.source, plan.language, world.scenarios);
      const { packageId } = chaincode;
      const address = await runtime.reserveChaincode(place, label);
      await runtime.startChaincode(place, { label, packageId, address, folder }, { signal: context.signal });
      await world.store.chaincodes.put({ network, ...chaincode });
    },
    undo: async () => void (await world.store.chaincodes.delete(network, plan.channel, plan.name)),
    retries: 1,
  };
}

function rebindingSteps(world: World, file: NetworkFile, plan: ChaincodePlan): StepDefinition[] {
  return rebindSteps({
    world,
    file,
    plan: () => plan,
    name: plan.name,
    channel: plan.channel,
    place: (context) => Promise.resolve(placeOf(context)),
    afterPlace: ["prepare"],
    afterJoin: () => ["start"],
    ledgersGo: true,
  });
}

/** Compares the blocks that the backup noted with what the restored peers have. */
function compareStep(world: World, { checkpoints }: BackupManifest): StepDefinition {
  return reviving(world, placeOf, {
    name: "compare",
    title: "Compare block hashes and commit hashes on every peer",
    phase: "proof",
    after: ["start"],
    probe: () => false,
    async run(context) {
      const connections = world.connect(placeOf(context));
      for (const noted of checkpoints) {
        const { hash, commitHash } = await checkpointAt(connections, noted);
        const { peer, channel, block } = noted;
        if (hash !== noted.hash || commitHash !== noted.commitHash)
          throw operationErrors.create("OPERATION_RESTORE_DIFFERS", { peer, channel, block });
      }
      return checkpoints.length;
    },
  });
}
