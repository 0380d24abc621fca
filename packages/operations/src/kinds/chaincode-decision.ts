import { operationErrors } from "../errors.ts";
import type { StepDefinition } from "../engine/types.ts";
import type { ChaincodeSource } from "../network/source.ts";
import type { World } from "../services/world.ts";
import type { ChaincodePlan } from "./chaincode-plan.ts";

/** A chaincode as it is wanted; what is left out is decided from what is committed. */
export interface WantedChaincode {
  readonly name: string;
  readonly channel: string;
  readonly version?: string | undefined;
  readonly sequence?: number | undefined;
  readonly source: ChaincodeSource;
  readonly language?: string | undefined;
  readonly endorsementPolicy?: string | undefined;
  readonly initRequired?: boolean | undefined;
}

/** Decides version and sequence, once for an operation: its journal keeps them, whatever is committed later. */
export function decisionStep(
  world: World,
  network: string,
  wanted: WantedChaincode,
  options: { readonly name: string; readonly after: readonly string[]; readonly again: boolean },
): StepDefinition {
  return {
    name: options.name,
    title: `Decide version and sequence of ${wanted.name}`,
    phase: "chaincode",
    after: options.after,
    probe: (context) => context.resultOf<ChaincodePlan>(options.name) !== undefined,
    run: () => decide(world, network, wanted, options.again),
  };
}

/**
 * The first sequence is 1, every further one counts on; so does the version where none is wanted. With
 * `again`, a sequence that is committed in this version already is right too: there is nothing left to do.
 */
async function decide(world: World, network: string, wanted: WantedChaincode, again: boolean): Promise<ChaincodePlan> {
  const committed = await committedOn(world, network, wanted);
  const next = (committed?.sequence ?? 0) + 1;
  const { sequence = next, version = `${next}.0` } = wanted;
  const isThere = again && committed?.sequence === sequence && committed.version === version;
  if (sequence !== next && !isThere) {
    throw operationErrors.create("OPERATION_DEPLOYED_ALREADY", {
      chaincode: wanted.name,
      version: committed?.version ?? "none",
      sequence: committed?.sequence ?? 0,
      wanted: next,
    });
  }
  return {
    name: wanted.name,
    channel: wanted.channel,
    version,
    sequence,
    source: wanted.source,
    language: wanted.language ?? "typescript",
    endorsementPolicy: wanted.endorsementPolicy,
    initRequired: wanted.initRequired ?? false,
  };
}

async function committedOn(
  world: World,
  network: string,
  { name, channel }: WantedChaincode,
): Promise<{ version: string; sequence: number } | undefined> {
  const { connections, file } = await world.network(network);
  const [member] = file.spec.channels.find((one) => one.name === channel)?.members ?? [];
  const [node] = member === undefined ? [] : connections.peersOf(member);
  if (node === undefined) throw operationErrors.create("OPERATION_CHANNEL_UNKNOWN", { network, channel });
  const reader = await connections.identities.reader(node.organization);
  return (await (await connections.peer(node)).committedChaincodes(channel, reader)).find((one) => one.name === name);
}
