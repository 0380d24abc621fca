import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createGenesisBlock } from "@heddle/fabric";
import { ConsortiumClient } from "../../real-fabric/support/client.ts";
import { createConsortium, type Consortium } from "../../real-fabric/support/consortium.ts";
import { DevnetNetwork } from "../../real-fabric/support/devnet-network.ts";
import { RealNetwork } from "../../real-fabric/support/real-network.ts";
import { channelSpec } from "../../real-fabric/support/spec.ts";
import { writeProfiles } from "./sources.ts";

/** A network of two organisations that no Heddle has made: its channel is called trade, its chaincode ledger. */
export class ForeignNetwork implements AsyncDisposable {
  readonly consortium: Consortium;
  readonly client: ConsortiumClient;
  readonly #folder: string;
  readonly #nodes: AsyncDisposable;

  private constructor(folder: string, consortium: Consortium, nodes: AsyncDisposable) {
    this.#folder = folder;
    this.consortium = consortium;
    this.#nodes = nodes;
    this.client = new ConsortiumClient(consortium);
  }

  static async start(kind: "devnet" | "real"): Promise<ForeignNetwork> {
    const folder = mkdtempSync(path.join(tmpdir(), "heddle-foreign-"));
    const consortium = await createConsortium(path.join(folder, "crypto"));
    writeProfiles(consortium);
    const genesis = createGenesisBlock(channelSpec(consortium));
    const nodes = await (kind === "real"
      ? RealNetwork.start(consortium, genesis, path.join(folder, "nodes"))
      : devnet(consortium, genesis));
    const network = new ForeignNetwork(folder, consortium, nodes);
    try {
      const id = await network.client.install("ledger_1");
      await network.client.define({ name: "ledger", version: "1", sequence: 1 }, id);
      return network;
    } catch (error) {
      await network[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Blocks that each peer has, asked of the peers themselves. */
  heights(): Promise<number[]> {
    const { client } = this;
    return Promise.all(
      ([1, 2] as const).map(async (side) => (await client.peer(side).channelInfo(client.channelId, client.admin(side))).height),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.stop();
    await this.#nodes[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function devnet(consortium: Consortium, genesis: Uint8Array): Promise<DevnetNetwork> {
  const network = await DevnetNetwork.start(consortium);
  await network.join(genesis);
  return network;
}
