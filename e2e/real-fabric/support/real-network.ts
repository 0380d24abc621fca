import path from "node:path";
import { OrdererClient, ParticipationClient, PeerClient, type LocalSigningIdentity } from "@heddle/fabric";
import { first, type Consortium, type ConsortiumNode, type ConsortiumOrganization } from "./consortium.ts";
import { writeNodeConfig, type ConfiguredNode } from "./node-config.ts";
import { BackgroundProcess, listens, poll } from "./process.ts";
import { ccaasBuilder, fabricTool } from "./tools.ts";

const QUIET = "warn:grpc=fatal";

/** A real peer or orderer that runs. */
export interface RealNode {
  readonly node: ConfiguredNode;
  readonly process: BackgroundProcess;
}

/** Starts a real node and waits until it serves. */
export async function startNode(node: ConfiguredNode, folder: string): Promise<RealNode> {
  const builder = ccaasBuilder();
  const home = writeNodeConfig(node, path.join(folder, node.name), builder);
  const env = { FABRIC_CFG_PATH: home, FABRIC_LOGGING_SPEC: process.env["HEDDLE_TEST_LOG"] ?? QUIET };
  const [tool, args] = node.kind === "peer" ? (["peer", ["node", "start"]] as const) : (["orderer", []] as const);
  const started = BackgroundProcess.start(fabricTool(tool), args, { cwd: home, log: path.join(home, "log"), env });
  try {
    for (const port of [node.ports.grpc, ...(node.kind === "orderer" ? [node.ports.second] : [])])
      await poll(`starting ${node.name}`, async () => ((await listens(port)) ? true : undefined), { failed: () => started.ended });
  } catch (error) {
    await started.stop();
    throw error;
  }
  return { node, process: started };
}

/** Joins an orderer to the channel of a block, as its organisation's administrator. */
export async function joinOrderer(
  organization: ConsortiumOrganization,
  node: ConsortiumNode,
  block: Uint8Array,
): Promise<ParticipationClient> {
  const { tls } = first(organization.material.users);
  const client = new ParticipationClient({
    address: `127.0.0.1:${node.ports.second}`,
    tlsRootPem: organization.material.tlsCa.certificatePem,
    clientTls: { certificatePem: tls.certificatePem, privateKeyPem: tls.privateKeyPem },
  });
  await client.join(block);
  return client;
}

/** Joins a peer to the channel of a block. */
export async function joinPeer(node: ConsortiumNode, admin: LocalSigningIdentity, block: Uint8Array): Promise<void> {
  using client = new PeerClient(node.address);
  await client.joinChannel(block, admin);
}

/** A network of real orderers and peers, as processes of this test. */
export class RealNetwork implements AsyncDisposable {
  readonly consortium: Consortium;
  readonly genesis: Uint8Array;
  readonly #nodes: RealNode[] = [];

  private constructor(consortium: Consortium, genesis: Uint8Array) {
    this.consortium = consortium;
    this.genesis = genesis;
  }

  /** Starts every node of a consortium and joins all of them to the channel. */
  static async start(consortium: Consortium, genesis: Uint8Array, folder: string): Promise<RealNetwork> {
    const network = new RealNetwork(consortium, genesis);
    const { orderer, organizations } = consortium;
    try {
      const all = [orderer, ...organizations].flatMap(({ nodes }) => nodes);
      const started = await Promise.allSettled(all.map((node) => startNode(node, folder)));
      for (const outcome of started) if (outcome.status === "fulfilled") network.#nodes.push(outcome.value);
      for (const outcome of started) if (outcome.status === "rejected") throw outcome.reason;
      await Promise.all(orderer.nodes.map((node) => joinOrderer(orderer, node, genesis)));
      await Promise.all(organizations.flatMap(({ nodes, admin }) => nodes.map((node) => joinPeer(node, admin, genesis))));
      await network.#ordersReady();
      return network;
    } catch (error) {
      await network.stop();
      throw error;
    }
  }

  /** An orderer that has no leader yet does not serve its blocks. */
  async #ordersReady(): Promise<void> {
    const { orderer, channelId } = this.consortium;
    using client = new OrdererClient(first(orderer.nodes).address);
    await poll("waiting for a leader", async () => {
      try {
        return await client.newestBlock(channelId, orderer.admin);
      } catch {
        return undefined;
      }
    });
  }

  /** What a node wrote to its log. */
  logOf(name: string): string {
    return this.#nodes.find(({ node }) => node.name === name)?.process.output ?? "";
  }

  /** Ends every process. */
  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map(({ process }) => process.stop()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
