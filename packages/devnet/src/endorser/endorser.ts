import { create, toBinary } from "@bufbuild/protobuf";
import { proposalHash, type Identity, type MspManager } from "@heddle/fabric";
import { peer } from "@heddle/fabric/wire";
import { ChaincodeError, NotRunnable, type ChaincodeResult } from "../chaincode/transaction.ts";
import type { ChannelLedger } from "../ledger/ledger.ts";
import { runningOf } from "../lifecycle/running.ts";
import type { PeerContext } from "../node/types.ts";
import { TxSimulator, type SimulationResults } from "../simulation/simulator.ts";
import { checkChannelAcl } from "./acl.ts";
import { execute, isSystemChaincode } from "./execution.ts";
import { isExpired } from "./expiry.ts";
import { chaincodeInterest } from "./interest.ts";
import { checkHeaders, readHeaders, unpackProposal, type ProposalHeaders, type UnpackedProposal } from "./proposal.ts";

/**
 * What became of a proposal. With `error`, gRPC answers status UNKNOWN with that text and drops the
 * response; a gateway in the same peer sees both, as in Fabric.
 */
export interface EndorserOutcome {
  readonly response?: peer.ProposalResponse;
  readonly error?: string;
}

/** Endorses proposals on one peer. */
export interface Endorser {
  process(signed: peer.SignedProposal): Promise<EndorserOutcome>;
}

const WINDOW_MS = 15 * 60 * 1000;

function refused(message: string): EndorserOutcome {
  return { error: message, response: create(peer.ProposalResponseSchema, { response: { status: 500, message } }) };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Makes the endorser of a peer (Fabric: core/endorser/endorser.go, core/handlers/auth/filter). */
export function createEndorser(context: PeerContext): Endorser {
  return {
    async process(signed) {
      let headers: ProposalHeaders;
      try {
        headers = readHeaders(signed);
        filter(headers, context);
      } catch (error) {
        return { error: reasonOf(error) };
      }
      let proposal: UnpackedProposal;
      try {
        proposal = unpackProposal(signed, headers);
      } catch (error) {
        return refused(reasonOf(error));
      }
      const ledger = context.channels.get(proposal.channelId);
      if (proposal.channelId !== "" && ledger === undefined) {
        return {
          response: create(peer.ProposalResponseSchema, {
            response: { status: 500, message: `channel '${proposal.channelId}' not found` },
          }),
        };
      }
      try {
        authenticate(proposal, ledger, context);
      } catch (error) {
        return refused(reasonOf(error));
      }
      return { response: await endorse(proposal, ledger, context) };
    },
  };
}

/** Throws for expired creators and for requests that are not of now. */
function filter({ channelHeader, signatureHeader }: ProposalHeaders, context: PeerContext): void {
  const now = context.clock();
  if (isExpired(signatureHeader.creator, managerOf(channelHeader.channelId, context), now))
    throw new Error("proposal client identity expired");
  const { timestamp } = channelHeader;
  const at = timestamp === undefined ? 0 : Number(timestamp.seconds) * 1000 + timestamp.nanos / 1e6;
  if (Math.abs(now.getTime() - at) <= WINDOW_MS) return;
  throw new Error(
    `request unauthorized due to incorrect timestamp ${goTime(at)}, peer time ${goTime(now.getTime())}, peer.authentication.timewindow 15m0s`,
  );
}

/** A time as Go writes it by RFC 3339; what no calendar holds is the epoch. */
function goTime(ms: number): string {
  return `${new Date(Math.abs(ms) < 8.64e15 ? ms : 0).toISOString().slice(0, -5)}Z`;
}

function managerOf(channelId: string, context: PeerContext): MspManager {
  return context.channels.get(channelId)?.bundle.msps ?? context.localMsp;
}

function readCreator(creator: Uint8Array, manager: MspManager): Identity | undefined {
  try {
    return manager.deserialize(creator);
  } catch {
    return undefined;
  }
}

/** Throws with Fabric's text unless the creator is who it says, may propose here, and the transaction is new. */
function authenticate(proposal: UnpackedProposal, ledger: ChannelLedger | undefined, context: PeerContext): void {
  const { channelId, txId, signedData } = proposal;
  try {
    checkHeaders(proposal);
    const identity = readCreator(proposal.creator, managerOf(channelId, context));
    if (identity === undefined) throw new Error(`access denied: channel [${channelId}] creator org unknown, creator is malformed`);
    const denied = `access denied: channel [${channelId}] creator org [${identity.mspId}]`;
    try {
      identity.validate();
    } catch (cause) {
      throw new Error(denied, { cause });
    }
    if (!identity.verify(signedData.data, signedData.signature)) throw new Error(denied);
  } catch (cause) {
    throw new Error(`error validating proposal: ${reasonOf(cause)}`, { cause });
  }
  if (ledger === undefined) return;
  if (ledger.transaction(txId) !== undefined)
    throw new Error(`duplicate transaction found [${txId}]. Creator [${Buffer.from(proposal.creator).toString("hex")}]`);
  if (!isSystemChaincode(proposal.chaincode)) checkChannelAcl("peer/Propose", ledger, signedData);
}

/** Whether a call is simulated: on a channel, and not one of the system chaincodes that only read blocks. */
function simulates(proposal: UnpackedProposal): boolean {
  return proposal.channelId !== "" && proposal.chaincode !== "qscc" && proposal.chaincode !== "cscc";
}

async function endorse(
  proposal: UnpackedProposal,
  ledger: ChannelLedger | undefined,
  context: PeerContext,
): Promise<peer.ProposalResponse> {
  const simulator =
    ledger !== undefined && simulates(proposal) ? new TxSimulator(ledger.view(), { txId: proposal.txId, owner: context.mspId }) : undefined;
  try {
    let result: ChaincodeResult;
    try {
      result = await execute({ peer: context, proposal, ledger, simulator, called: new Set() }, proposal.chaincode, proposal.input);
    } catch (error) {
      const message = simulationFailure(proposal, error);
      return create(peer.ProposalResponseSchema, { response: { status: 500, message } });
    }
    return respond(proposal, ledger, simulator, result, context);
  } finally {
    simulator?.close();
  }
}

/** What Fabric says of a run that came to nothing. */
function simulationFailure({ chaincode, channelId, txId }: UnpackedProposal, error: unknown): string {
  const reason = reasonOf(error);
  if (error instanceof NotRunnable)
    return `make sure the chaincode ${chaincode} has been successfully defined on channel ${channelId} and try again: ${reason}`;
  return error instanceof ChaincodeError
    ? `error in simulation: ${reason}`
    : `error in simulation: failed to execute transaction ${txId}: ${reason}`;
}

function respond(
  proposal: UnpackedProposal,
  ledger: ChannelLedger | undefined,
  simulator: TxSimulator | undefined,
  { response, event }: ChaincodeResult,
  context: PeerContext,
): peer.ProposalResponse {
  const interest = simulator === undefined ? {} : { interest: chaincodeInterest(simulator) };
  const version = versionOf(proposal.chaincode, ledger, simulator, context);
  const results = simulator?.results();
  const payload = responsePayload(proposal, version, results, response, response.status >= 400 ? undefined : event);
  if (response.status >= 500) return create(peer.ProposalResponseSchema, { response, payload, ...interest });
  if (ledger === undefined || response.status >= 400) return create(peer.ProposalResponseSchema, { response });
  if (results?.privateSet !== undefined) ledger.storePrivate(proposal.txId, context.mspId, results.privateSet);
  const endorser = context.identity.serialized;
  return create(peer.ProposalResponseSchema, {
    version: 1,
    response,
    payload,
    endorsement: { endorser, signature: context.identity.signKnown(Buffer.concat([payload, endorser])) },
    ...interest,
  });
}

/** The version that ran, without a trace in the read set. */
function versionOf(
  chaincode: string,
  ledger: ChannelLedger | undefined,
  simulator: TxSimulator | undefined,
  { mspId }: PeerContext,
): string {
  if (ledger === undefined || simulator === undefined || isSystemChaincode(chaincode)) return "syscc";
  return runningOf(ledger, simulator.view, mspId, chaincode).definition?.version ?? "";
}

/** ProposalResponsePayload bytes: what endorsers sign and have to agree on. */
function responsePayload(
  proposal: UnpackedProposal,
  version: string,
  results: SimulationResults | undefined,
  response: peer.Response,
  event: peer.ChaincodeEvent | undefined,
): Uint8Array {
  const { chaincode, txId } = proposal;
  const action = create(peer.ChaincodeActionSchema, {
    results: results?.publicBytes ?? new Uint8Array(),
    // The event is the called chaincode's, whatever it says itself.
    events: event === undefined ? new Uint8Array() : toBinary(peer.ChaincodeEventSchema, { ...event, chaincodeId: chaincode, txId }),
    response,
    chaincodeId: { name: chaincode, version },
  });
  const payload = create(peer.ProposalResponsePayloadSchema, {
    proposalHash: proposalHash(proposal.channelHeader, proposal.signatureHeader, proposal.payload),
    extension: toBinary(peer.ChaincodeActionSchema, action),
  });
  return toBinary(peer.ProposalResponsePayloadSchema, payload);
}
