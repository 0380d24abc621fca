import { isHeddleError } from "@heddle/network";
import type { ChaincodeRecord } from "@heddle/store";
import type { StepContext, StepDefinition } from "../engine/types.ts";
import { sourceFolder } from "../network/source.ts";
import {
  chaincodeLabel,
  isCommitted,
  membersOf,
  packageAt,
  requireLabel,
  sceneOf,
  stepPrefix,
  type ChaincodePlan,
  type ChaincodeScene,
  type ChaincodeSteps,
  type PackagedChaincode,
} from "./chaincode-plan.ts";

/** What {@link packageStep} left. */
export function packagedBy(options: ChaincodeSteps, context: StepContext): PackagedChaincode {
  return context.result<PackagedChaincode>(`${stepPrefix(options)}:package`);
}

/** Reserves an address and makes the package that names it. */
export function packageStep(options: ChaincodeSteps): StepDefinition {
  const { world, name } = options;
  return {
    name: `${stepPrefix(options)}:package`,
    title: `Package chaincode ${name}`,
    phase: "chaincode",
    after: options.afterPlace,
    // The same address and the same package however often it runs.
    probe: () => false,
    async run(context) {
      const { place, plan } = await sceneOf(options, context);
      const label = chaincodeLabel(plan);
      requireLabel(plan, (await world.store.chaincodes.list(place.network)).map(planOf), world.scenarios);
      const runtime = await world.runtimeOf(place.network);
      return (await packageAt(label, await runtime.reserveChaincode(place, label))).packaged;
    },
    undo: (context) => takeBack(options, context),
  };
}

/** Starts the chaincode's service. */
export function serviceStep(options: ChaincodeSteps): StepDefinition {
  const { world, name } = options;
  /** A service of this label may still run an older state of the source. */
  const isNew = async ({ place, plan }: ChaincodeScene): Promise<boolean> => {
    const before = await world.store.chaincodes.get(place.network, plan.channel, plan.name);
    return before === undefined || chaincodeLabel(before) !== chaincodeLabel(plan);
  };
  return {
    name: `${stepPrefix(options)}:service`,
    title: `Start chaincode ${name}`,
    phase: "chaincode",
    after: [`${stepPrefix(options)}:package`],
    async probe(context) {
      const scene = await sceneOf(options, context);
      const runtime = await world.runtimeOf(scene.place.network);
      return (await isNew(scene)) && runtime.chaincodeRuns(scene.place, chaincodeLabel(scene.plan));
    },
    async run(context) {
      const scene = await sceneOf(options, context);
      const { place, plan } = scene;
      const runtime = await world.runtimeOf(place.network);
      const folder = sourceFolder(plan.source, plan.language, world.scenarios);
      const fresh = !(await isNew(scene));
      await runtime.startChaincode(place, { ...packagedBy(options, context), folder }, { fresh, signal: context.signal });
    },
    undo: (context) => takeBack(options, context),
    retries: 1,
  };
}

/**
 * Ends the service and gives its address back, unless a definition on a ledger uses the label: of an
 * earlier deployment, of another channel, or of this one, since what is committed cannot be taken back.
 */
async function takeBack(options: ChaincodeSteps, context: StepContext): Promise<void> {
  const { world } = options;
  const { place, plan } = await sceneOf(options, context);
  const runtime = await world.runtimeOf(place.network);
  const label = chaincodeLabel(plan);
  if (options.ledgersGo) {
    // The row first: of two deployments that share a service and are undone at once, the later one ends it.
    await world.store.chaincodes.delete(place.network, plan.channel, plan.name);
    if ((await recordsWith(options, label)).length === 0) await runtime.removeChaincode(place, label);
    return;
  }
  if (await isOnLedger(options, context)) {
    context.log("the definition is committed already, which cannot be taken back: the chaincode stays");
    return noteDeployment(options, context);
  }
  const [user] = await recordsWith(options, label);
  if (user === undefined) return runtime.removeChaincode(place, label);
  const { source, language } = planOf(user);
  if ((source as ChaincodePlan["source"] | undefined) === undefined) return runtime.removeChaincode(place, label);
  const folder = sourceFolder(source, language, world.scenarios);
  const { packaged } = await packageAt(label, await runtime.reserveChaincode(place, label));
  await runtime.startChaincode(place, { ...packaged, folder }, { fresh: true, signal: context.signal });
}

async function isOnLedger(options: ChaincodeSteps, context: StepContext): Promise<boolean> {
  try {
    await options.world.revive(await options.place(context), context.signal);
  } catch (error) {
    if (isHeddleError(error, "OPERATION_LEDGER_GONE")) return false;
    // A chaincode that does not start is no hindrance; nodes that do not are told of by the question below.
  }
  const { connections, plan } = await sceneOf(options, context);
  const [node] = membersOf(options.file, plan.channel).flatMap((organization) => connections.peersOf(organization));
  return node !== undefined && isCommitted(connections, node, plan);
}

/** Notes what is deployed in place of what was, and ends the service of what it replaces. */
export async function noteDeployment(options: ChaincodeSteps, context: StepContext): Promise<void> {
  const { world } = options;
  const { place, plan } = await sceneOf(options, context);
  const { name, channel, version, sequence } = plan;
  const before = await world.store.chaincodes.get(place.network, channel, name);
  const old = before === undefined ? undefined : chaincodeLabel(before);
  // The old service first: it is found by the row that is replaced, also when this is interrupted here.
  if (old !== undefined && old !== chaincodeLabel(plan) && (await recordsWith(options, old)).length === 1)
    await (await world.runtimeOf(place.network)).removeChaincode(place, old);
  context.faultPoint("replaced");
  const { packageId, label } = packagedBy(options, context);
  await world.store.chaincodes.put({ network: place.network, channel, name, version, sequence, packageId, detail: { ...plan, label } });
}

/** The deployed chaincodes, of whatever channel, that one service serves. */
async function recordsWith({ world, file }: ChaincodeSteps, label: string): Promise<ChaincodeRecord[]> {
  return (await world.store.chaincodes.list(file.metadata.name)).filter((record) => chaincodeLabel(record) === label);
}

/** What a deployed chaincode was planned as. */
function planOf(record: ChaincodeRecord): ChaincodePlan {
  // Only `noteDeployment` writes it.
  return record.detail as ChaincodePlan;
}
