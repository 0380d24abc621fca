import { create, toBinary } from "@bufbuild/protobuf";
import { fabricErrors } from "../errors.ts";
import type { SigningIdentity } from "../msp/signing-identity.ts";
import { createProposal, signProposal, type Proposal, type ProposalRequest } from "../protocol/proposals.ts";
import { readTransactionResponse } from "../protocol/transactions.ts";
import { common, gateway, peer } from "../wire.ts";
import { NodeChannel, type NodeAddress } from "./channel.ts";
import { gatewayService } from "./services.ts";

/** A call of a chaincode function through a gateway peer. */
export interface GatewayRequest {
  readonly channelId: string;
  readonly chaincode: string;
  /** The function's name first. */
  readonly args: ReadonlyArray<Uint8Array | string>;
  readonly transient?: Readonly<Record<string, Uint8Array>>;
  /** MSP ids; the gateway plans by the endorsement policy when absent. */
  readonly endorsingOrganizations?: readonly string[];
}

/** A transaction that was committed as valid. */
export interface SubmittedTransaction {
  readonly txId: string;
  readonly blockNumber: number;
  /** What the chaincode answered. */
  readonly result: Uint8Array;
}

const TIMEOUTS = { evaluate: 30_000, endorse: 45_000, submit: 15_000, commit: 60_000 } as const;

/** Evaluates and submits through the gateway service of one peer (Fabric: internal/pkg/gateway). */
export class GatewayClient implements Disposable {
  readonly #channel: NodeChannel;

  constructor(node: NodeAddress) {
    this.#channel = new NodeChannel(node);
  }

  /** `host:port`, as it was given. */
  get address(): string {
    return this.#channel.address;
  }

  /** Runs a function without recording anything; what it answered. */
  async evaluate(request: GatewayRequest, identity: SigningIdentity): Promise<Uint8Array> {
    const proposal = createProposal(proposalOf(request), identity.serialized);
    const answer = await this.#channel.call(
      gatewayService.evaluate,
      create(gateway.EvaluateRequestSchema, {
        transactionId: proposal.txId,
        channelId: request.channelId,
        proposedTransaction: await signProposal(proposal, identity),
        targetOrganizations: [...(request.endorsingOrganizations ?? [])],
      }),
      TIMEOUTS.evaluate,
    );
    return answer.result?.payload ?? new Uint8Array();
  }

  /** Endorses, orders and waits for the commit. Throws `FABRIC_TRANSACTION_INVALID` when it was committed as invalid. */
  async submit(request: GatewayRequest, identity: SigningIdentity): Promise<SubmittedTransaction> {
    const proposal = createProposal(proposalOf(request), identity.serialized);
    const envelope = await this.#endorse(proposal, request, identity);
    await this.submitEnvelope(request.channelId, proposal.txId, envelope);
    const { code, blockNumber } = await this.commitStatus(request.channelId, proposal.txId, identity);
    if (code !== peer.TxValidationCode.VALID) {
      throw fabricErrors.create("FABRIC_TRANSACTION_INVALID", {
        txId: proposal.txId,
        block: blockNumber,
        code: peer.TxValidationCode[code] ?? code,
      });
    }
    return { txId: proposal.txId, blockNumber, result: readTransactionResponse(envelope.payload).payload };
  }

  async #endorse(proposal: Proposal, request: GatewayRequest, identity: SigningIdentity): Promise<common.Envelope> {
    const answer = await this.#channel.call(
      gatewayService.endorse,
      create(gateway.EndorseRequestSchema, {
        transactionId: proposal.txId,
        channelId: request.channelId,
        proposedTransaction: await signProposal(proposal, identity),
        endorsingOrganizations: [...(request.endorsingOrganizations ?? [])],
      }),
      TIMEOUTS.endorse,
    );
    const payload = answer.preparedTransaction?.payload ?? new Uint8Array();
    return create(common.EnvelopeSchema, { payload, signature: await identity.sign(payload) });
  }

  /** Hands a signed transaction to ordering. */
  async submitEnvelope(channelId: string, transactionId: string, preparedTransaction: common.Envelope): Promise<void> {
    await this.#channel.call(
      gatewayService.submit,
      create(gateway.SubmitRequestSchema, { channelId, transactionId, preparedTransaction }),
      TIMEOUTS.submit,
    );
  }

  /** Waits for a transaction to be committed, valid or not. */
  async commitStatus(channelId: string, transactionId: string, identity: SigningIdentity): Promise<{ code: number; blockNumber: number }> {
    const schema = gateway.CommitStatusRequestSchema;
    const request = toBinary(schema, create(schema, { channelId, transactionId, identity: identity.serialized }));
    const signed = create(gateway.SignedCommitStatusRequestSchema, { request, signature: await identity.sign(request) });
    const answer = await this.#channel.call(gatewayService.commitStatus, signed, TIMEOUTS.commit);
    return { code: answer.result, blockNumber: Number(answer.blockNumber) };
  }

  /** Ends the connection and every call on it. */
  close(): void {
    this.#channel.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function proposalOf(request: GatewayRequest): ProposalRequest {
  const { channelId, chaincode, args, transient } = request;
  return { channelId, chaincode, args, ...(transient === undefined ? {} : { transient }) };
}
