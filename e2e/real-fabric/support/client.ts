import path from "node:path";
import { clone, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  approveArgs,
  atomicBroadcastService,
  commitArgs,
  computeConfigUpdate,
  configFromBlock,
  createConfigUpdateEnvelope,
  createProposal,
  createTransactionPayload,
  NodeChannel,
  packageChaincodeService,
  packageId,
  PeerClient,
  signPayload,
  signProposal,
  type ChaincodeDefinitionSpec,
  type LocalSigningIdentity,
  type ProposalRequest,
} from "@heddle/fabric";
import { common, lifecycle, type orderer, peer } from "@heddle/fabric/wire";
import { freePort, startService, type ChaincodeProcess } from "../../../packages/devnet/test/support/chaincode.ts";
import { first, userOf, type Consortium } from "./consortium.ts";
import { PeerLedger, type Committed } from "./peer-ledger.ts";

/** Folder of the contract that both sides run. */
export const fixtureFolder = path.resolve(import.meta.dirname, "../fixture");

/** Organisation 1 or 2. */
export type Side = 1 | 2;

/** A proposal with the answers of the peers that were asked. */
export interface Endorsement {
  readonly txId: string;
  readonly proposalBytes: Uint8Array;
  readonly responses: readonly peer.ProposalResponse[];
}

/** A definition, with the collections that only the recorder uses yet. */
export interface Definition extends ChaincodeDefinitionSpec {
  readonly collections?: peer.CollectionConfigPackage | undefined;
}

/** Drives a channel of a consortium, real or devnet, step by step: endorse, order, wait. */
export class ConsortiumClient implements AsyncDisposable {
  readonly consortium: Consortium;
  readonly peers: readonly [PeerClient, PeerClient];
  readonly orderer: NodeChannel;
  readonly #services: ChaincodeProcess[] = [];
  readonly #ledgers: readonly [PeerLedger, PeerLedger];
  readonly #users: readonly [LocalSigningIdentity, LocalSigningIdentity];

  constructor(consortium: Consortium) {
    this.consortium = consortium;
    const [one, two] = consortium.organizations;
    this.peers = [new PeerClient(first(one.nodes).address), new PeerClient(first(two.nodes).address)];
    this.orderer = new NodeChannel(first(consortium.orderer.nodes).address);
    this.#users = [userOf(one), userOf(two)];
    this.#ledgers = [
      new PeerLedger(this.peers[0], consortium.channelId, one.admin),
      new PeerLedger(this.peers[1], consortium.channelId, two.admin),
    ];
  }

  get channelId(): string {
    return this.consortium.channelId;
  }

  admin(side: Side): LocalSigningIdentity {
    return this.consortium.organizations[side === 1 ? 0 : 1].admin;
  }

  user(side: Side): LocalSigningIdentity {
    return side === 1 ? this.#users[0] : this.#users[1];
  }

  peer(side: Side): PeerClient {
    return side === 1 ? this.peers[0] : this.peers[1];
  }

  /** Asks the peers of some organisations to endorse one proposal. Throws with the first refusal. */
  async endorse(
    request: Omit<ProposalRequest, "channelId">,
    options: { readonly by?: readonly Side[]; readonly signer?: LocalSigningIdentity } = {},
  ): Promise<Endorsement> {
    const signer = options.signer ?? this.user(1);
    const proposal = createProposal({ channelId: this.channelId, ...request }, signer.serialized);
    const signed = await signProposal(proposal, signer);
    const responses = await Promise.all((options.by ?? [1, 2]).map((side) => this.peer(side).processProposal(signed)));
    const refused = responses.find(({ endorsement }) => endorsement === undefined);
    if (refused !== undefined) throw new Error(`not endorsed: ${refused.response?.status} ${refused.response?.message}`);
    return { txId: proposal.txId, proposalBytes: proposal.bytes, responses };
  }

  /** The signed transaction of an endorsed proposal. */
  async envelope({ proposalBytes, responses }: Endorsement, signer: LocalSigningIdentity = this.user(1)): Promise<common.Envelope> {
    return signPayload(createTransactionPayload(proposalBytes, responses), signer);
  }

  /** Hands envelopes to ordering, all at once and in this order. Throws with the first refusal. */
  async order(...envelopes: readonly common.Envelope[]): Promise<void> {
    const stream = this.orderer.stream(atomicBroadcastService.broadcast);
    for (const envelope of envelopes) stream.write(envelope);
    let taken = 0;
    for await (const { status, info } of stream as AsyncIterable<orderer.BroadcastResponse>) {
      if (status !== common.Status.SUCCESS) throw new Error(`not ordered: ${common.Status[status]} ${info}`);
      taken += 1;
      if (taken === envelopes.length) break;
    }
    stream.end();
    if (taken < envelopes.length) throw new Error(`the orderer took ${taken} of ${envelopes.length}`);
  }

  /** Waits until both peers have committed a transaction; of several with its id, the first. Throws when they disagree. */
  async outcome(txId: string): Promise<Committed> {
    const [one, two] = await Promise.all(this.#ledgers.map((ledger) => ledger.find(txId)));
    if (one === undefined || two === undefined || one.block !== two.block || one.code !== two.code)
      throw new Error(`the peers disagree about ${txId}`);
    return one;
  }

  /** Waits until both peers have so many blocks. */
  async height(blocks: number): Promise<void> {
    await Promise.all(this.#ledgers.map((ledger) => ledger.reach(blocks)));
  }

  /** Endorses, orders and waits. */
  async submit(
    chaincode: string,
    args: ProposalRequest["args"],
    options: {
      readonly by?: readonly Side[];
      readonly signer?: LocalSigningIdentity;
      readonly isInit?: boolean;
      readonly transient?: Record<string, Uint8Array>;
    } = {},
  ): Promise<Committed> {
    const { isInit, transient } = options;
    const request = { chaincode, args, ...(isInit === undefined ? {} : { isInit }), ...(transient === undefined ? {} : { transient }) };
    const endorsed = await this.endorse(request, options);
    await this.order(await this.envelope(endorsed, options.signer));
    return this.outcome(endorsed.txId);
  }

  /** Submits and throws unless it was committed as valid. */
  async valid(...request: Parameters<ConsortiumClient["submit"]>): Promise<Committed> {
    const committed = await this.submit(...request);
    if (committed.code !== 0) throw new Error(`${request[0]} ${String(request[1][0])}: ${peer.TxValidationCode[committed.code]}`);
    return committed;
  }

  /** Starts the contract as a service of the official shim; the package that leads peers to it. */
  async startService(label: string): Promise<{ readonly id: string; readonly package: Uint8Array }> {
    const port = await freePort();
    const bytes = await packageChaincodeService(label, { address: `127.0.0.1:${port}`, dial_timeout: "5s", tls_required: false });
    const id = packageId(label, bytes);
    this.#services.push(await startService(fixtureFolder, id, port));
    return { id, package: bytes };
  }

  /** Installs a package on both peers. */
  async installPackage(bytes: Uint8Array): Promise<void> {
    for (const side of [1, 2] as const) await this.peer(side).installChaincode(bytes, this.admin(side));
  }

  /** Starts the contract as a service and installs its package on both peers; the package's id. */
  async install(label: string): Promise<string> {
    const service = await this.startService(label);
    await this.installPackage(service.package);
    return service.id;
  }

  /** Approves a definition as one organisation. */
  approve(side: Side, definition: Definition, id: string | undefined): Promise<Committed> {
    const [name = "", argument = new Uint8Array()] = approveArgs(definition, id);
    const schema = lifecycle.ApproveChaincodeDefinitionForMyOrgArgsSchema;
    const args = fromBinary(schema, argument as Uint8Array);
    if (definition.collections !== undefined) args.collections = definition.collections;
    return this.submit("_lifecycle", [name, toBinary(schema, args)], { by: [side], signer: this.admin(side) });
  }

  /** Commits a definition that both organisations have approved. */
  commit(definition: Definition): Promise<Committed> {
    const [name = "", argument = new Uint8Array()] = commitArgs(definition);
    const schema = lifecycle.CommitChaincodeDefinitionArgsSchema;
    const args = fromBinary(schema, argument as Uint8Array);
    if (definition.collections !== undefined) args.collections = definition.collections;
    return this.valid("_lifecycle", [name, toBinary(schema, args)], { signer: this.admin(1) });
  }

  /** Approves as both organisations and commits. */
  async define(definition: Definition, id: string): Promise<void> {
    for (const side of [1, 2] as const) await this.approve(side, definition, id);
    await this.commit(definition);
  }

  /** Changes the channel's configuration: computes the update, has it signed, orders it alone, waits for its block. */
  async updateConfig(change: (root: common.ConfigGroup) => void, signers: readonly LocalSigningIdentity[]): Promise<number> {
    const current = await this.peer(1).configBlock(this.channelId, this.admin(1));
    const { height } = await this.peer(1).channelInfo(this.channelId, this.admin(1));
    const { config } = configFromBlock(current);
    const wanted = clone(common.ConfigSchema, config);
    if (wanted.channelGroup === undefined) throw new Error("the configuration is empty");
    change(wanted.channelGroup);
    const update = computeConfigUpdate(this.channelId, config, wanted);
    await this.order(await createConfigUpdateEnvelope(update, signers, first(signers)));
    await this.height(height + 1);
    return height;
  }

  /** The bytes of every block of a peer, as it stores them. */
  blocks(side: Side): Promise<readonly Uint8Array[]> {
    return this.#ledgers[side === 1 ? 0 : 1].all();
  }

  /** Ends the chaincode services and connections. */
  async stop(): Promise<void> {
    for (const client of [...this.peers, this.orderer]) client.close();
    await Promise.all(this.#services.map((service) => service.stop()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
