import type { NetworkFile } from "@heddle/network";
import type { OperationKind } from "../engine/types.ts";
import { operationErrors } from "../errors.ts";
import { compareDeployments, type Comparison } from "../network/deployments.ts";
import type { World } from "../services/world.ts";

/** What `channel.reset` is given. */
export interface ResetInput {
  readonly channel: string;
  /** Number of the last block that stays. */
  readonly block: number;
}

/** Takes a channel of an embedded network back to a block; later blocks are gone. */
export function channelReset(world: World): OperationKind<ResetInput> {
  const height = async (network: string, channel: string): Promise<number> => {
    const { connections, file } = await world.network(network);
    const [node] = membersOf(file, channel).flatMap((organization) => connections.peersOf(organization));
    if (node === undefined) throw operationErrors.create("OPERATION_CHANNEL_UNKNOWN", { network, channel });
    const admin = await connections.identities.admin(node.organization);
    return (await (await connections.peer(node)).channelInfo(channel, admin)).height;
  };
  return {
    name: "channel.reset",
    describe: ({ channel, block }) => `Take channel ${channel} back to block ${block}`,
    cancellable: false,
    async check({ input: { channel, block }, network = "" }) {
      const file = await world.file(network);
      if (membersOf(file, channel).length === 0) throw operationErrors.create("OPERATION_CHANNEL_UNKNOWN", { network, channel });
      const refuse = (reason: string): Error => operationErrors.create("OPERATION_RESET_REFUSED", { channel, reason });
      if ((await world.runtimeOf(network)).resetChannel === undefined) throw refuse("its ledgers are Fabric's own, which cannot go back");
      if (file.spec.storage !== "kept") throw refuse("its ledgers are in memory only, with nothing to go back to");
      const last = (await height(network, channel)) - 1;
      if (block > last) throw refuse(`its last block is ${last}`);
    },
    async accept({ network = "" }, store) {
      await store.networks.update(network, { state: "changing" });
    },
    plan({ input: { channel, block }, network = "" }) {
      return [
        {
          name: "reset",
          title: `Take channel ${channel} back to block ${block}`,
          phase: "channels",
          timeoutMs: 900_000,
          async probe({ signal }) {
            // A process killed in the middle may have left the nodes ended.
            await world.revive((await world.network(network)).place, signal);
            return (await height(network, channel)) <= block + 1;
          },
          async run({ signal }) {
            const { runtime, place } = await world.network(network);
            await runtime.resetChannel?.(place, channel, block, signal);
            // Connections that were tried while the nodes were down wait before they try again.
            world.forget(network);
          },
        },
        {
          name: "definitions",
          title: "Compare the deployed chaincodes with the channel",
          phase: "chaincode",
          probe: () => false,
          async run(context) {
            const found = await compareDeployments(world, network, channel);
            for (const name of found.gone) context.log(`${name} is not deployed any more: it came later`);
            for (const name of found.withoutCode) context.log(`${name} is at an earlier version, whose code is not kept: deploy it again`);
            return found;
          },
          retries: 1,
        },
      ];
    },
    async settled({ input, network = "" }, settlement) {
      await world.store.networks.update(network, { state: settlement.state === "succeeded" ? "ready" : "failed" });
      return settlement.state === "succeeded" ? { ...input, ...settlement.resultOf<Comparison>("definitions") } : undefined;
    },
  };
}

function membersOf(file: NetworkFile, channel: string): readonly string[] {
  return file.spec.channels.find(({ name }) => name === channel)?.members ?? [];
}
