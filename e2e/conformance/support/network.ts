// The network that every scenario runs on, made by Heddle on either runtime, and the ways to reach it.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  NodeChannel,
  PeerClient,
  computeConfigUpdate,
  configFromBlock,
  createConfigUpdateEnvelope,
  OrdererClient,
  packageChaincodeService,
  packageId,
  type LocalSigningIdentity,
} from "@heddle/fabric";
import { common } from "@heddle/fabric/wire";
import { clone } from "@bufbuild/protobuf";
import { validateNetwork, type NetworkFile } from "@heddle/network";
import { freePort, startService, type ChaincodeProcess } from "../../../packages/devnet/test/support/chaincode.ts";
import { Heddle } from "../../durability/support/heddle.ts";
import { createGuest } from "./guest.ts";
import { People, type Person } from "./people.ts";
import { plain } from "./plain.ts";

/** Where the nodes run. */
export type Runtime = "embedded" | "native";

export const NETWORK = "conformance";
/** The channel of Org1, Org2 and Guest. */
export const CHANNEL = "trade";

const contract = path.resolve(import.meta.dirname, "../../real-fabric/fixture");
/** Chaincode on the bare shim, which answers as no contract can. */
const bareChaincode = path.resolve(import.meta.dirname, "../../clients/chaincode");

/** A node as clients reach it. */
export interface NetworkNode {
  readonly name: string;
  readonly organization: string;
  readonly kind: string;
  readonly address: string;
  readonly admin: string;
  readonly tlsRootPem: string;
}

/** Environment and folder of Fabric's own programs for an organisation's administrator. */
export interface ToolEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  readonly folder: string;
}

function networkFile(runtime: Runtime): NetworkFile {
  const chaincode = { name: "ledger", source: { path: contract }, language: "typescript" as const };
  return validateNetwork({
    apiVersion: "heddle.dev/v1",
    kind: "Network",
    metadata: { name: NETWORK },
    spec: {
      runtime,
      organizations: ["Org1", "Org2", "Org3"].map((name) => ({ name })),
      ordering: { batch: { timeout: "100ms", maxMessages: 10, preferredMaxBytes: 512 * 1024, absoluteMaxBytes: 1024 * 1024 } },
      channels: [
        { name: CHANNEL, members: ["Org1", "Org2"] },
        { name: "side", members: ["Org1", "Org3"] },
      ],
      chaincodes: [
        { ...chaincode, channel: CHANNEL },
        { ...chaincode, name: "other", channel: CHANNEL },
        { ...chaincode, name: "remote", channel: "side", endorsementPolicy: "OR('Org1MSP.peer', 'Org3MSP.peer')" },
      ],
    },
  });
}

/** A running network, and every way to reach it. */
export class ConformanceNetwork {
  readonly runtime: Runtime;
  readonly heddle: Heddle;
  readonly nodes: readonly NetworkNode[];
  readonly people: People;
  readonly #environments: ReadonlyMap<string, ToolEnvironment>;
  readonly #peers = new Map<string, PeerClient>();
  readonly #orderer: NodeChannel;
  #bare: ChaincodeProcess | undefined;
  readonly #names = new Map<string, string>();

  private constructor(
    runtime: Runtime,
    heddle: Heddle,
    { nodes, people, environments }: { nodes: readonly NetworkNode[]; people: People; environments: ReadonlyMap<string, ToolEnvironment> },
  ) {
    this.runtime = runtime;
    this.heddle = heddle;
    this.nodes = nodes;
    this.people = people;
    this.#environments = environments;
    this.#orderer = new NodeChannel(this.orderer);
    for (const { name, address, admin } of nodes) {
      this.#names.set(address, name);
      if (admin !== "") this.#names.set(admin, `${name}/admin`);
      // A node's own texts leave the host out.
      this.#names.set(`:${address.split(":").at(-1) ?? ""}`, `:<port of ${name}>`);
    }
    this.#names.set(heddle.base, "<folder>");
  }

  /** Makes the network, and lets Guest join the channel. */
  static async start(runtime: Runtime): Promise<ConformanceNetwork> {
    const heddle = new Heddle();
    try {
      await heddle.up();
      const { operation } = await heddle.client.createNetwork({ body: { spec: networkFile(runtime) } });
      await heddle.succeeded(operation.id, 150);
      const environments = new Map<string, ToolEnvironment>();
      for (const organization of ["Org1", "Org2", "Org3", "Orderer"])
        environments.set(organization, await environmentOf(heddle, organization));
      const nodes = await nodesOf(heddle);
      const guest = await createGuest();
      const people = await People.of(heddle.client, NETWORK, environments, guest);
      const network = new ConformanceNetwork(runtime, heddle, { nodes, people, environments });
      try {
        await network.#admit(guest.group);
        await network.#serveBareChaincode();
        return network;
      } catch (error) {
        await network.#bare?.stop();
        throw error;
      }
    } catch (error) {
      await heddle.dispose();
      throw error;
    }
  }

  get orderer(): NetworkNode {
    return this.node("orderer0.example.com");
  }

  /** A node by its host name. Throws where there is none. */
  node(name: string): NetworkNode {
    const found = this.nodes.find((node) => node.name === name);
    if (found === undefined) throw new Error(`there is no node ${name}`);
    return found;
  }

  /** The peer at which somebody's gateway is: of their organisation, else of Org1. */
  peerOf({ organization }: Person): NetworkNode {
    const own = this.nodes.find((node) => node.kind === "peer" && node.organization === organization);
    return own ?? this.node("peer0.org1.example.com");
  }

  /** A client of a peer. */
  peer(name: string): PeerClient {
    const client = this.#peers.get(name) ?? new PeerClient(this.node(name));
    this.#peers.set(name, client);
    return client;
  }

  /** The connection to the orderer. */
  get ordering(): NodeChannel {
    return this.#orderer;
  }

  /** Environment of Fabric's programs. Throws for an organisation that has none. */
  environment(organization: string): ToolEnvironment {
    const found = this.#environments.get(organization);
    if (found === undefined) throw new Error(`there is no environment for ${organization}`);
    return found;
  }

  /** Number of blocks of a channel, as Org1's peer has them. */
  async height(channel: string): Promise<number> {
    const { height } = await this.peer("peer0.org1.example.com").channelInfo(channel, this.people.find("Org1's administrator").identity);
    return height;
  }

  /** A text with names in place of what is of this run. */
  plain(text: string): string {
    return plain(text, this.#names);
  }

  /** Changes the configuration of the channel, signed by these; waits until Org1's and Org2's peers have it. */
  async configure(change: (root: common.ConfigGroup) => void, signers: readonly LocalSigningIdentity[]): Promise<void> {
    const [first] = signers;
    if (first === undefined) throw new Error("nobody signs");
    const admin = this.people.find("Org1's administrator").identity;
    const { config } = configFromBlock(await this.peer("peer0.org1.example.com").configBlock(CHANNEL, admin));
    const wanted = clone(common.ConfigSchema, config);
    if (wanted.channelGroup === undefined) throw new Error("the configuration is empty");
    change(wanted.channelGroup);
    const height = await this.height(CHANNEL);
    const update = await createConfigUpdateEnvelope(computeConfigUpdate(CHANNEL, config, wanted), signers, first);
    using client = new OrdererClient(this.orderer);
    await client.broadcast(update);
    await this.reach(CHANNEL, height);
  }

  /** Waits until the peers of a channel have a block: one may have told of it before the others took it. */
  async reach(channel: string, block: number): Promise<void> {
    for (const organization of channel === CHANNEL ? ["Org1", "Org2"] : ["Org1", "Org3"]) {
      const { identity } = this.people.find(`${organization}'s administrator`);
      const client = this.peer(`peer0.${organization.toLowerCase()}.example.com`);
      const signal = AbortSignal.timeout(20_000);
      let taken = false;
      for await (const { header } of client.blocks({ channelId: channel, identity, start: block, stop: block, signal }))
        taken = header?.number === BigInt(block);
      if (!taken) throw new Error(`the peer of ${organization} has not got block ${block}`);
    }
  }

  async #admit(group: common.ConfigGroup): Promise<void> {
    const admins = ["Org1", "Org2"].map((name) => this.people.find(`${name}'s administrator`).identity);
    await this.configure((root) => {
      const application = root.groups["Application"];
      if (application === undefined) throw new Error("the channel has no application group");
      application.groups["Guest"] = group;
    }, admins);
  }

  async #serveBareChaincode(): Promise<void> {
    const port = await freePort();
    const label = "raw_1.0";
    const bytes = await packageChaincodeService(label, { address: `127.0.0.1:${port}`, dial_timeout: "10s", tls_required: false });
    this.#bare = await startService(bareChaincode, packageId(label, bytes), port, { file: "raw.ts" });
    for (const organization of ["Org1", "Org2"]) {
      const { identity } = this.people.find(`${organization}'s administrator`);
      await this.peer(`peer0.${organization.toLowerCase()}.example.com`).installChaincode(bytes, identity);
    }
  }

  /** Deletes the network and ends everything. */
  async close(): Promise<void> {
    await this.#bare?.stop();
    this.people.close();
    for (const client of this.#peers.values()) client.close();
    this.#orderer.close();
    try {
      await this.heddle.delete(NETWORK);
    } finally {
      await this.heddle.dispose();
    }
  }
}

async function environmentOf(heddle: Heddle, organization: string): Promise<ToolEnvironment> {
  const { variables, files } = await heddle.client.environment({ params: { name: NETWORK }, query: { organization } });
  const folder = mkdtempSync(path.join(heddle.tmp, `${organization}-`));
  for (const file of files) {
    mkdirSync(path.join(folder, path.dirname(file.path)), { recursive: true });
    writeFileSync(path.join(folder, file.path), file.content, { mode: file.mode });
  }
  const placed = Object.entries(variables).map(([name, value]) => [name, value.replaceAll("{{directory}}", folder)]);
  return { variables: Object.fromEntries(placed) as Record<string, string>, folder };
}

async function nodesOf({ client }: Heddle): Promise<NetworkNode[]> {
  const { nodes } = await client.listNodes({ params: { name: NETWORK } });
  const { files } = await client.environment({ params: { name: NETWORK }, query: {} });
  const rootOf = (name: string): string => files.find((file) => file.path === name)?.content ?? "";
  const roots = await Promise.all(
    ["Org1", "Org2", "Org3"].map(async (organization) => {
      const exported = await client.exportNetwork({ params: { name: NETWORK }, body: { organization } });
      return [organization, exported.files.find((file) => file.path === "tls-root.pem")?.content ?? ""] as const;
    }),
  );
  return nodes
    .filter(({ kind }) => kind !== "chaincode")
    .map(({ name, kind, organization = "", address = "", admin = "" }) => ({
      name,
      kind,
      organization,
      address,
      admin,
      tlsRootPem: kind === "orderer" ? rootOf("orderer/ca.crt") : (new Map(roots).get(organization) ?? ""),
    }));
}
