import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  createGenesisBlock,
  createLocalSigningIdentity,
  createOrganizationMaterial,
  createTransactionPayload,
  GatewayClient,
  OrdererClient,
  organizationMsp,
  organizationTree,
  packageChaincodeService,
  packageId,
  ParticipationClient,
  PeerClient,
  signPayload,
  writeTree,
  type ChaincodeDefinitionSpec,
  type LocalSigningIdentity,
  type MemberMaterial,
  type NodeAddress,
  type OrganizationMaterial,
} from "@heddle/fabric";
import { pino } from "pino";
import { startDevnet, type Devnet, type DevnetConfigInput, devnetConfigSchema, type NodeChanges } from "../../src/index.ts";
import { basicFixture, freePort, startService, type ChaincodeProcess } from "./chaincode.ts";

/** One organisation of a test network, with its only peer. */
export interface TestOrganization {
  readonly material: OrganizationMaterial;
  readonly admin: LocalSigningIdentity;
  readonly user: LocalSigningIdentity;
  readonly peer: NodeAddress & { readonly name: string };
  readonly chaincodePort: number;
  readonly client: PeerClient;
}

/** Starts the nodes of a configuration. */
export type Boot = (config: DevnetConfigInput) => Promise<Pick<Devnet, "close"> & Partial<Devnet>>;

/** What a deployment runs. */
export interface Deployment {
  /** Of the first organisation's package. */
  readonly packageId: string;
  readonly port: number;
  readonly service: ChaincodeProcess | undefined;
  /** One process, or one for each organisation. */
  readonly services: readonly ChaincodeProcess[];
}

/** How chaincode is deployed. */
export interface DeployOptions extends Partial<ChaincodeDefinitionSpec> {
  /** False when the test starts the chaincode itself. */
  readonly service?: boolean;
  /** The chaincode's folder; the basic contract when absent. */
  readonly folder?: string;
  /** A file of the folder that serves the chaincode itself, in place of the shim's command. */
  readonly file?: string;
  /** Each organisation gets a package and a process of its own, told apart by the variable ORGANIZATION. */
  readonly perOrganization?: boolean;
}

/** A network of two organisations on a devnet in this process, with one channel, `trade`. */
export class TestNetwork {
  readonly directory: string;
  readonly config: DevnetConfigInput;
  readonly organizations: readonly TestOrganization[];
  readonly ordererMaterial: OrganizationMaterial;
  readonly ordererAddress: NodeAddress;
  readonly adminAddress: string;
  readonly genesis: Uint8Array;
  readonly #services: ChaincodeProcess[] = [];
  readonly #clients: Disposable[] = [];
  readonly #boot: Boot;
  #nodes: Awaited<ReturnType<Boot>>;

  private constructor(
    parts: Pick<TestNetwork, "directory" | "config" | "organizations" | "ordererMaterial" | "ordererAddress" | "adminAddress" | "genesis">,
    boot: Boot,
    nodes: Awaited<ReturnType<Boot>>,
  ) {
    this.directory = parts.directory;
    this.config = parts.config;
    this.organizations = parts.organizations;
    this.ordererMaterial = parts.ordererMaterial;
    this.ordererAddress = parts.ordererAddress;
    this.adminAddress = parts.adminAddress;
    this.genesis = parts.genesis;
    this.#boot = boot;
    this.#nodes = nodes;
    this.#clients.push(...parts.organizations.map(({ client }) => client));
  }

  /** Makes identities and the channel, starts the nodes and joins all of them. */
  static async start(
    options: {
      storage?: "kept" | "memory";
      cut?: "timeout" | "instant";
      batchTimeoutMs?: number;
      timeouts?: DevnetConfigInput["timeouts"];
      boot?: Boot;
    } = {},
  ): Promise<TestNetwork> {
    const directory = mkdtempSync(path.join(tmpdir(), "heddle-devnet-"));
    const ports = await Promise.all(Array.from({ length: 9 }, () => freePort()));
    const port = (index: number): number => ports[index] ?? 0;
    const peerOrganization = (number: number) =>
      createOrganizationMaterial({
        name: `Org${number}`,
        mspId: `Org${number}MSP`,
        domain: `org${number}.example.com`,
        nodes: [{ name: `peer0.org${number}.example.com`, kind: "peer", hosts: ["localhost", "127.0.0.1"] }],
        users: ["app"],
      });
    const [one, two, orderer] = await Promise.all([
      peerOrganization(1),
      peerOrganization(2),
      createOrganizationMaterial({
        name: "Orderer",
        mspId: "OrdererMSP",
        domain: "example.com",
        nodes: [{ name: "orderer0.example.com", kind: "orderer", hosts: ["localhost", "127.0.0.1"] }],
        users: [],
      }),
    ]);
    await writeTree(directory, [
      ...organizationTree("peer", one),
      ...organizationTree("peer", two),
      ...organizationTree("orderer", orderer),
    ]);
    const ordererNode = first(orderer.nodes);
    const genesis = createGenesisBlock({
      channelId: "trade",
      capabilities: { channel: "V2_0", orderer: "V2_0", application: "V2_5" },
      orderer: {
        type: "etcdraft",
        batch: {
          timeoutMs: options.batchTimeoutMs ?? 200,
          maxMessages: 100,
          preferredMaxBytes: 2 * 1024 * 1024,
          absoluteMaxBytes: 10 * 1024 * 1024,
        },
        consenters: [
          {
            host: "127.0.0.1",
            port: port(0),
            mspId: "OrdererMSP",
            identityPem: ordererNode.signing.certificatePem,
            clientTlsCertPem: ordererNode.tls.certificatePem,
            serverTlsCertPem: ordererNode.tls.certificatePem,
          },
        ],
        organizations: [
          { name: "Orderer", mspId: "OrdererMSP", msp: organizationMsp(orderer), endpoints: [{ host: "127.0.0.1", port: port(0) }] },
        ],
      },
      application: {
        organizations: [one, two].map((material, index) => ({
          name: material.name,
          mspId: material.mspId,
          msp: organizationMsp(material),
          anchorPeers: [{ host: "127.0.0.1", port: port(3 + index * 3) }],
        })),
      },
    });
    const folder = (kind: "peer" | "orderer", material: OrganizationMaterial): string =>
      path.join(directory, `${kind}Organizations`, material.domain, `${kind}s`, first(material.nodes).name);
    const files = (kind: "peer" | "orderer", material: OrganizationMaterial) => ({
      name: first(material.nodes).name,
      mspId: material.mspId,
      msp: path.join(folder(kind, material), "msp"),
      tls: {
        cert: path.join(folder(kind, material), "tls/server.crt"),
        key: path.join(folder(kind, material), "tls/server.key"),
        ca: path.join(folder(kind, material), "tls/ca.crt"),
      },
    });
    const listen = (index: number) => ({ host: "127.0.0.1", port: port(index) });
    const config: DevnetConfigInput = {
      network: "test",
      directory: path.join(directory, "data"),
      storage: options.storage ?? "memory",
      cut: options.cut ?? "instant",
      ...(options.timeouts === undefined ? {} : { timeouts: options.timeouts }),
      logLevel: process.env["HEDDLE_TEST_LOG"] === undefined ? "silent" : "debug",
      nodes: [
        { kind: "orderer", ...files("orderer", orderer), listen: listen(0), admin: listen(1), operations: listen(2) },
        { kind: "peer", ...files("peer", one), listen: listen(3), chaincode: listen(4), operations: listen(5) },
        { kind: "peer", ...files("peer", two), listen: listen(6), chaincode: listen(7), operations: listen(8) },
      ],
    };
    const boot = options.boot ?? bootDevnet;
    const nodes = await boot(config);
    const organizations = [one, two].map((material, index): TestOrganization => {
      const node = first(material.nodes);
      const peer = { name: node.name, address: `127.0.0.1:${port(3 + index * 3)}`, tlsRootPem: material.tlsCa.certificatePem };
      const identity = (member: MemberMaterial | undefined): LocalSigningIdentity => {
        if (member === undefined) throw new Error("no such user");
        return createLocalSigningIdentity(material.mspId, member.signing.certificatePem, member.signing.privateKeyPem);
      };
      return {
        material,
        admin: identity(material.users[0]),
        user: identity(material.users[1]),
        peer,
        chaincodePort: port(4 + index * 3),
        client: new PeerClient(peer),
      };
    });
    const parts = {
      directory,
      config,
      organizations,
      ordererMaterial: orderer,
      ordererAddress: { address: `127.0.0.1:${port(0)}`, tlsRootPem: orderer.tlsCa.certificatePem },
      adminAddress: `127.0.0.1:${port(1)}`,
      genesis,
    };
    const network = new TestNetwork(parts, boot, nodes);
    try {
      await network.participation().join(genesis);
      await Promise.all(organizations.map(({ client, admin }) => client.joinChannel(genesis, admin)));
    } catch (error) {
      await network.close();
      throw error;
    }
    return network;
  }

  /** The orderer's administration, as its organisation's administrator. */
  participation(): ParticipationClient {
    const admin = first(this.ordererMaterial.users);
    return new ParticipationClient({
      address: this.adminAddress,
      tlsRootPem: this.ordererMaterial.tlsCa.certificatePem,
      clientTls: { certificatePem: admin.tls.certificatePem, privateKeyPem: admin.tls.privateKeyPem },
    });
  }

  /** The first or second organisation. */
  organization(number: 1 | 2): TestOrganization {
    return first(this.organizations.slice(number - 1));
  }

  /** A gateway client on an organisation's peer; closed with the network. */
  gateway(number: 1 | 2): GatewayClient {
    const client = new GatewayClient(this.organization(number).peer);
    this.#clients.push(client);
    return client;
  }

  /** Another client of an organisation's peer; closed with the network. */
  orderer(): OrdererClient {
    const client = new OrdererClient(this.ordererAddress);
    this.#clients.push(client);
    return client;
  }

  /** Orders endorsed responses and waits until both peers have committed the transaction. */
  async commit(
    txId: string,
    proposalBytes: Uint8Array,
    responses: Parameters<typeof createTransactionPayload>[1],
    signer: LocalSigningIdentity,
  ): Promise<number> {
    const envelope = await signPayload(createTransactionPayload(proposalBytes, responses), signer);
    await this.orderer().broadcast(envelope);
    const outcomes = await Promise.all(
      this.organizations.map(({ client, admin }) =>
        client.waitForTransaction("trade", txId, admin, { from: 0, signal: AbortSignal.timeout(10_000) }),
      ),
    );
    return first(outcomes).code;
  }

  /** Deploys a contract through the whole lifecycle, as a service of the official shim. */
  async deploy(name = "basic", options: DeployOptions = {}): Promise<Deployment> {
    const { service: withService = true, folder = basicFixture, file, perOrganization = false, ...definition } = options;
    const spec: ChaincodeDefinitionSpec = { name, version: "1.0", sequence: 1, ...definition };
    const label = `${name}_${spec.version}`;
    const packages: { id: string; bytes: Uint8Array; port: number; service: ChaincodeProcess | undefined }[] = [];
    for (const { material } of perOrganization ? this.organizations : this.organizations.slice(0, 1)) {
      const port = await freePort();
      const bytes = await packageChaincodeService(label, { address: `127.0.0.1:${port}`, dial_timeout: "5s", tls_required: false });
      const id = packageId(label, bytes);
      const program = { ...(file === undefined ? {} : { file }), env: { ORGANIZATION: material.mspId } };
      const service = withService ? await startService(folder, id, port, program) : undefined;
      if (service !== undefined) this.#services.push(service);
      packages.push({ id, bytes, port, service });
    }
    const shared = first(packages);
    for (const [index, { client, admin }] of this.organizations.entries()) {
      const { bytes, id } = packages[index] ?? shared;
      await client.installChaincode(bytes, admin);
      const approval = await client.endorseApproval("trade", spec, id, admin);
      const code = await this.commit(approval.txId, approval.proposalBytes, [approval.response], admin);
      if (code !== 0) throw new Error(`the approval was committed with code ${code}`);
    }
    await this.commitDefinition(spec);
    const services = packages.flatMap(({ service }) => (service === undefined ? [] : [service]));
    return { packageId: shared.id, port: shared.port, service: shared.service, services };
  }

  /** Deploys a contract which both organisations approve and only one of them runs. */
  async deployAt(organization: 1 | 2, name: string, options: DeployOptions = {}): Promise<void> {
    const { folder = basicFixture, file: _file, service: _service, perOrganization: _each, ...definition } = options;
    const spec: ChaincodeDefinitionSpec = { name, version: "1.0", sequence: 1, ...definition };
    const port = await freePort();
    const bytes = await packageChaincodeService(name, { address: `127.0.0.1:${port}`, dial_timeout: "5s", tls_required: false });
    const id = packageId(name, bytes);
    this.#services.push(await startService(folder, id, port));
    for (const [index, { client, admin }] of this.organizations.entries()) {
      const runs = index === organization - 1;
      if (runs) await client.installChaincode(bytes, admin);
      const approval = await client.endorseApproval("trade", spec, runs ? id : undefined, admin);
      const code = await this.commit(approval.txId, approval.proposalBytes, [approval.response], admin);
      if (code !== 0) throw new Error(`the approval was committed with code ${code}`);
    }
    await this.commitDefinition(spec);
  }

  /** Commits a definition that all organisations have approved. */
  async commitDefinition(spec: ChaincodeDefinitionSpec): Promise<void> {
    const { admin } = this.organization(1);
    const { createProposal, signProposal } = await import("@heddle/fabric");
    const proposal = createProposal(PeerClient.commitProposal("trade", spec), admin.serialized);
    const signed = await signProposal(proposal, admin);
    const responses = await Promise.all(this.organizations.map(({ client }) => client.processProposal(signed)));
    const bad = responses.find(({ response }) => response?.status !== 200);
    if (bad !== undefined) throw new Error(`commit was not endorsed: ${bad.response?.message ?? ""}`);
    const code = await this.commit(proposal.txId, proposal.bytes, responses, admin);
    if (code !== 0) throw new Error(`the definition was committed with code ${code}`);
  }

  /** Keeps a chaincode process to be ended with the network. */
  adopt(service: ChaincodeProcess): void {
    this.#services.push(service);
  }

  /** Ends the nodes and starts them again from what they kept; `between` runs while they are down. */
  async restart(between?: () => Promise<void>): Promise<void> {
    await this.#nodes.close();
    await between?.();
    this.#nodes = await this.#boot(this.config);
  }

  /** Changes nodes of a devnet in this process while it runs. */
  async change(changes: NodeChanges): Promise<void> {
    if (this.#nodes.change === undefined) throw new Error("the nodes are not of this process");
    await this.#nodes.change(changes);
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client[Symbol.dispose]();
    await Promise.all(this.#services.map((service) => service.stop()));
    await this.#nodes.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Starts the nodes as a devnet in this process. */
export function bootDevnet(config: DevnetConfigInput): Promise<Devnet> {
  const parsed = devnetConfigSchema.parse(config);
  return startDevnet(parsed, { logger: pino({ level: parsed.logLevel }) });
}

function first<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined) throw new Error("the list is empty");
  return item;
}
