import { create, fromBinary, toBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { fabricErrors } from "../errors.ts";
import { approveArgs, commitArgs, installArgs, readinessArgs, type ChaincodeDefinitionSpec } from "../lifecycle/definition.ts";
import type { SigningIdentity } from "../msp/signing-identity.ts";
import { createProposal, signProposal, type ProposalRequest } from "../protocol/proposals.ts";
import { common, lifecycle, peer } from "../wire.ts";
import { readBlocks, type BlockRequest } from "./block-stream.ts";
import { NodeChannel, type NodeAddress } from "./channel.ts";
import { deliverService, endorserService } from "./services.ts";

const CALL_TIMEOUT_MS = 30_000;
const INSTALL_TIMEOUT_MS = 300_000;

/** How far a channel has come on a peer. */
export interface ChannelInfo {
  /** Number of blocks. */
  readonly height: number;
  readonly currentBlockHash: Uint8Array;
  readonly previousBlockHash: Uint8Array;
}

/** A chaincode package that a peer has. */
export interface InstalledChaincode {
  readonly packageId: string;
  readonly label: string;
  /** The committed definitions that use it. */
  readonly references: ReadonlyArray<{ readonly channel: string; readonly chaincode: string; readonly version: string }>;
}

/** A committed chaincode definition. */
export interface CommittedChaincode {
  readonly name: string;
  readonly version: string;
  readonly sequence: number;
  readonly initRequired: boolean;
  /** ApplicationPolicy bytes. */
  readonly validationParameter: Uint8Array;
}

/** The outcome of a transaction in a block. */
export interface TransactionOutcome {
  readonly blockNumber: number;
  /** Fabric's TxValidationCode; 0 is VALID. */
  readonly code: number;
}

/** A peer's endorsement of a proposal. */
export interface Endorsed {
  readonly txId: string;
  readonly proposalBytes: Uint8Array;
  readonly response: peer.ProposalResponse;
}

/** Speaks to one peer: proposals, system chaincodes, lifecycle, blocks. Every call names the identity it acts as. */
export class PeerClient implements Disposable {
  readonly #channel: NodeChannel;

  constructor(node: NodeAddress) {
    this.#channel = new NodeChannel(node);
  }

  /** `host:port`, as it was given. */
  get address(): string {
    return this.#channel.address;
  }

  /** Sends a signed proposal; the answer's status is not judged. */
  processProposal(signed: peer.SignedProposal, timeoutMs = CALL_TIMEOUT_MS): Promise<peer.ProposalResponse> {
    return this.#channel.call(endorserService.processProposal, signed, timeoutMs);
  }

  /** Builds, signs and sends a proposal. Throws `FABRIC_REFUSED` when the peer's answer is 400 or more. */
  async endorse(request: ProposalRequest, identity: SigningIdentity, timeoutMs = CALL_TIMEOUT_MS): Promise<Endorsed> {
    const proposal = createProposal(request, identity.serialized);
    const response = await this.processProposal(await signProposal(proposal, identity), timeoutMs);
    const { status, message } = response.response ?? { status: 500, message: "no response" };
    if (status < 200 || status >= 400)
      throw fabricErrors.create("FABRIC_REFUSED", { address: this.address, reason: `${status} ${message}` });
    return { txId: proposal.txId, proposalBytes: proposal.bytes, response };
  }

  async #query(request: ProposalRequest, identity: SigningIdentity, timeoutMs?: number): Promise<Uint8Array> {
    const { response } = await this.endorse(request, identity, timeoutMs);
    return response.response?.payload ?? new Uint8Array();
  }

  async #read<Schema extends DescMessage>(
    schema: Schema,
    request: ProposalRequest,
    identity: SigningIdentity,
    timeoutMs?: number,
  ): Promise<MessageShape<Schema>> {
    const payload = await this.#query(request, identity, timeoutMs);
    try {
      return fromBinary(schema, payload);
    } catch (cause) {
      throw fabricErrors.create("FABRIC_REFUSED", { address: this.address, reason: `its answer is no ${schema.name}` }, { cause });
    }
  }

  /** Joins the peer to the channel of a genesis (or later config) block. Needs the peer's organisation's admin. */
  async joinChannel(block: Uint8Array, identity: SigningIdentity): Promise<void> {
    await this.#query({ channelId: "", chaincode: "cscc", args: ["JoinChain", block], type: common.HeaderType.CONFIG }, identity);
  }

  /** Names of the channels the peer has joined. */
  async channels(identity: SigningIdentity): Promise<string[]> {
    const request = { channelId: "", chaincode: "cscc", args: ["GetChannels"] };
    return (await this.#read(peer.ChannelQueryResponseSchema, request, identity)).channels.map(({ channelId }) => channelId);
  }

  /** Height and tip of a channel on this peer. */
  async channelInfo(channelId: string, identity: SigningIdentity): Promise<ChannelInfo> {
    const request = { channelId: "", chaincode: "qscc", args: ["GetChainInfo", channelId] };
    const { height, currentBlockHash, previousBlockHash } = await this.#read(common.BlockchainInfoSchema, request, identity);
    return { height: Number(height), currentBlockHash, previousBlockHash };
  }

  /** The latest configuration block, as the peer has it. */
  configBlock(channelId: string, identity: SigningIdentity): Promise<Uint8Array> {
    return this.#query({ channelId: "", chaincode: "cscc", args: ["GetConfigBlock", channelId] }, identity);
  }

  /** The block with this number. */
  block(channelId: string, number: number, identity: SigningIdentity): Promise<Uint8Array> {
    return this.#query({ channelId: "", chaincode: "qscc", args: ["GetBlockByNumber", channelId, String(number)] }, identity);
  }

  /** Installs a chaincode package; its package id. Needs an admin of the peer's organisation. */
  async installChaincode(chaincodePackage: Uint8Array, identity: SigningIdentity): Promise<string> {
    const request = { channelId: "", chaincode: "_lifecycle", args: installArgs(chaincodePackage) };
    const answer = await this.#read(lifecycle.InstallChaincodeResultSchema, request, identity, INSTALL_TIMEOUT_MS);
    return answer.packageId;
  }

  /** What is installed on the peer. */
  async installedChaincodes(identity: SigningIdentity): Promise<InstalledChaincode[]> {
    const schema = lifecycle.QueryInstalledChaincodesArgsSchema;
    const request = { channelId: "", chaincode: "_lifecycle", args: ["QueryInstalledChaincodes", toBinary(schema, create(schema))] };
    const answer = await this.#read(lifecycle.QueryInstalledChaincodesResultSchema, request, identity);
    return answer.installedChaincodes.map((one) => ({
      packageId: one.packageId,
      label: one.label,
      references: Object.entries(one.references).flatMap(([channel, { chaincodes }]) =>
        chaincodes.map(({ name, version }) => ({ channel, chaincode: name, version })),
      ),
    }));
  }

  /** Has the peer endorse its organisation's approval; the transaction still has to be ordered. */
  endorseApproval(
    channelId: string,
    spec: ChaincodeDefinitionSpec,
    packageId: string | undefined,
    identity: SigningIdentity,
  ): Promise<Endorsed> {
    return this.endorse({ channelId, chaincode: "_lifecycle", args: approveArgs(spec, packageId) }, identity);
  }

  /** Which organisations have approved exactly this definition. */
  async checkCommitReadiness(
    channelId: string,
    spec: ChaincodeDefinitionSpec,
    identity: SigningIdentity,
  ): Promise<Record<string, boolean>> {
    const request = { channelId, chaincode: "_lifecycle", args: readinessArgs(spec) };
    const answer = await this.#read(lifecycle.CheckCommitReadinessResultSchema, request, identity);
    return answer.approvals;
  }

  /** The proposal that commits a definition, to be sent to peers of as many organisations as the policy asks for. */
  static commitProposal(channelId: string, spec: ChaincodeDefinitionSpec): ProposalRequest {
    return { channelId, chaincode: "_lifecycle", args: commitArgs(spec) };
  }

  /** All definitions committed on a channel. */
  async committedChaincodes(channelId: string, identity: SigningIdentity): Promise<CommittedChaincode[]> {
    const schema = lifecycle.QueryChaincodeDefinitionsArgsSchema;
    const request = { channelId, chaincode: "_lifecycle", args: ["QueryChaincodeDefinitions", toBinary(schema, create(schema))] };
    const answer = await this.#read(lifecycle.QueryChaincodeDefinitionsResultSchema, request, identity);
    return answer.chaincodeDefinitions.map((one) => ({
      name: one.name,
      version: one.version,
      sequence: Number(one.sequence),
      initRequired: one.initRequired,
      validationParameter: one.validationParameter,
    }));
  }

  /** Which organisations, by MSP id, have approved a committed definition. Throws `FABRIC_REFUSED` when there is none. */
  async definitionApprovals(channelId: string, chaincode: string, identity: SigningIdentity): Promise<Record<string, boolean>> {
    const schema = lifecycle.QueryChaincodeDefinitionArgsSchema;
    const request = {
      channelId,
      chaincode: "_lifecycle",
      args: ["QueryChaincodeDefinition", toBinary(schema, create(schema, { name: chaincode }))],
    };
    const answer = await this.#read(lifecycle.QueryChaincodeDefinitionResultSchema, request, identity);
    return answer.approvals;
  }

  /** Whole blocks as the peer commits them. */
  blocks(request: BlockRequest): AsyncGenerator<common.Block> {
    return readBlocks(this.#channel, deliverService.deliver, request, readFullBlock);
  }

  /** Blocks reduced to transaction ids and validation codes. */
  filteredBlocks(request: BlockRequest): AsyncGenerator<peer.FilteredBlock> {
    return readBlocks(this.#channel, deliverService.deliverFiltered, request, ({ Type }) => {
      if (Type.case === "filteredBlock") return { item: Type.value };
      return Type.case === "status" ? { status: Type.value } : {};
    });
  }

  /**
   * Waits until the transaction stands in a block of this peer. `from` is the first block that may hold it.
   * Throws `FABRIC_TIMEOUT` when the signal fires first.
   */
  async waitForTransaction(
    channelId: string,
    txId: string,
    identity: SigningIdentity,
    options: { from: number; signal: AbortSignal },
  ): Promise<TransactionOutcome> {
    for await (const block of this.filteredBlocks({ channelId, identity, start: options.from, signal: options.signal })) {
      const found = block.filteredTransactions.find((transaction) => transaction.txid === txId);
      if (found !== undefined) return { blockNumber: Number(block.number), code: found.txValidationCode };
    }
    throw fabricErrors.create("FABRIC_TIMEOUT", { address: this.address, reason: `transaction ${txId} was not committed in time` });
  }

  /** Ends the connection and every call on it. */
  close(): void {
    this.#channel.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function readFullBlock({ Type }: peer.DeliverResponse): { status?: common.Status; item?: common.Block } {
  if (Type.case === "block") return { item: Type.value };
  return Type.case === "status" ? { status: Type.value } : {};
}
