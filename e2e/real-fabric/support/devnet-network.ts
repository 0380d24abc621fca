import path from "node:path";
import { devnetConfigSchema, startDevnet, type Devnet, type DevnetConfigInput } from "@heddle/devnet";
import { pino } from "pino";
import { first, type Consortium, type ConsortiumNode } from "./consortium.ts";
import { joinOrderer, joinPeer } from "./real-network.ts";

function nodeConfig(node: ConsortiumNode): DevnetConfigInput["nodes"][number] {
  const listen = (port: number) => ({ host: "127.0.0.1", port });
  const tls = path.join(node.folder, "tls");
  const shared = {
    name: node.name,
    mspId: node.mspId,
    listen: listen(node.ports.grpc),
    operations: listen(node.ports.operations),
    msp: path.join(node.folder, "msp"),
    tls: { cert: path.join(tls, "server.crt"), key: path.join(tls, "server.key"), ca: path.join(tls, "ca.crt") },
  };
  const second = listen(node.ports.second);
  return node.kind === "peer" ? { kind: "peer", ...shared, chaincode: second } : { kind: "orderer", ...shared, admin: second };
}

/** The orderers and the first peer of each organisation of a consortium, as a devnet in this process. */
export class DevnetNetwork implements AsyncDisposable {
  readonly consortium: Consortium;
  readonly #devnet: Devnet;

  private constructor(consortium: Consortium, devnet: Devnet) {
    this.consortium = consortium;
    this.#devnet = devnet;
  }

  /** Starts the nodes; they have joined nothing yet. Blocks are cut as the channel says, with its timeout. */
  static async start(consortium: Consortium): Promise<DevnetNetwork> {
    const { orderer, organizations } = consortium;
    const config = devnetConfigSchema.parse({
      network: "test",
      directory: path.join(consortium.folder, "devnet"),
      storage: "memory",
      cut: "timeout",
      logLevel: process.env["HEDDLE_TEST_LOG"] === undefined ? "silent" : "debug",
      nodes: [...orderer.nodes, ...organizations.map(({ nodes }) => first(nodes))].map(nodeConfig),
    } satisfies DevnetConfigInput);
    return new DevnetNetwork(consortium, await startDevnet(config, { logger: pino({ level: config.logLevel }) }));
  }

  /** Joins every node to the channel of a block. */
  async join(block: Uint8Array): Promise<void> {
    const { orderer, organizations } = this.consortium;
    await Promise.all(orderer.nodes.map((node) => joinOrderer(orderer, node, block)));
    await Promise.all(organizations.map(({ nodes, admin }) => joinPeer(first(nodes), admin, block)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#devnet.close();
  }
}
