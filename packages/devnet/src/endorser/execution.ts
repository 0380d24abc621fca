import { create, toBinary } from "@bufbuild/protobuf";
import { peer } from "@heddle/fabric/wire";
import { ChaincodeError, ChaincodeFailure, NotRunnable, type ChaincodeResult } from "../chaincode/transaction.ts";
import { lifecycleNamespace, definitionsPrefix, type ChaincodeDefinition } from "../definitions/definitions.ts";
import { readInt64 } from "../definitions/serializer.ts";
import type { ChannelLedger } from "../ledger/ledger.ts";
import { lifecycleChaincode } from "../lifecycle/lifecycle.ts";
import { runningOf } from "../lifecycle/running.ts";
import type { PeerContext } from "../node/types.ts";
import { cscc } from "../scc/cscc.ts";
import { qscc } from "../scc/qscc.ts";
import { entryOf, failure, type SystemChaincode } from "../scc/types.ts";
import { TxSimulator } from "../simulation/simulator.ts";
import { checkChannelAcl } from "./acl.ts";
import type { UnpackedProposal } from "./proposal.ts";

/** The system chaincodes, by name. */
const systemChaincodes: Readonly<Record<string, SystemChaincode>> = {
  _lifecycle: lifecycleChaincode,
  cscc,
  qscc,
  lscc: () => failure("lscc is not supported: the channel's capabilities require _lifecycle"),
};

/** Whether a name is a system chaincode's. */
export function isSystemChaincode(name: string): boolean {
  return Object.hasOwn(systemChaincodes, name);
}

/** Key that says which version of a chaincode has been initialised (Fabric: core/chaincode, InitializedKeyName). */
const INITIALIZED = "\u0000\u{10FFFF}initialized";

/** One transaction's run on one peer. */
export interface Execution {
  readonly peer: PeerContext;
  readonly proposal: UnpackedProposal;
  readonly ledger: ChannelLedger | undefined;
  readonly simulator: TxSimulator | undefined;
  /** Chaincodes that the transaction has called, the first one first. */
  readonly called: Set<string>;
}

/** Runs a chaincode, system or user. Rejects with {@link ChaincodeFailure}, with {@link NotRunnable} when the peer has none of that name. */
export function execute(execution: Execution, name: string, input: peer.ChaincodeInput, nested = false): Promise<ChaincodeResult> {
  const system = entryOf(systemChaincodes, name);
  return system === undefined ? executeUser(execution, name, input) : executeSystem(execution, system, input, nested);
}

async function executeSystem(
  execution: Execution,
  system: SystemChaincode,
  input: peer.ChaincodeInput,
  nested: boolean,
): Promise<ChaincodeResult> {
  const { peer: node, proposal, simulator } = execution;
  const response = await system({ peer: node, proposal, channelId: proposal.channelId, simulator, args: input.args, nested });
  return { response, event: undefined };
}

async function executeUser(execution: Execution, name: string, input: peer.ChaincodeInput): Promise<ChaincodeResult> {
  const { peer: node, proposal, ledger, simulator } = execution;
  if (ledger === undefined || simulator === undefined) throw new NotRunnable("could not get channel config for channel ''");
  const { definition, packageId } = resolve(execution, name, ledger, simulator);
  const type = checkInvocation(name, definition, input, simulator);
  execution.called.add(name);
  return node.chaincode.execute(packageId, type, toBinary(peer.ChaincodeInputSchema, input), {
    channelId: ledger.channelId,
    txId: proposal.txId,
    namespace: name,
    ledger,
    simulator,
    signedProposal: proposal.signed,
    timestamp: proposal.timestamp ?? { seconds: 0n, nanos: 0 },
    callChaincode: (specification) => callChaincode(execution, specification),
  });
}

/** What is committed under a name, and the package this peer runs for it. The sequence's read is part of what is endorsed. */
function resolve(
  execution: Execution,
  name: string,
  ledger: ChannelLedger,
  simulator: TxSimulator,
): { definition: ChaincodeDefinition; packageId: string } {
  const channelId = ledger.channelId;
  const sequence = Number(readInt64(definitionsPrefix, name, "Sequence", (key) => simulator.getState(lifecycleNamespace, key)));
  const { definition, approved, packageId } = runningOf(ledger, simulator.view, execution.peer.mspId, name);
  if (sequence === 0 || definition === undefined) throw new NotRunnable(`chaincode ${name} not found`);
  if (!approved) {
    throw new NotRunnable(
      `chaincode definition for '${name}' at sequence ${sequence} on channel '${channelId}' has not yet been approved by this org`,
    );
  }
  if (packageId === undefined || !execution.peer.chaincode.canRun(packageId))
    throw new NotRunnable(`chaincode definition for '${name}' exists, but chaincode is not installed`);
  return { definition, packageId };
}

function checkInvocation(
  name: string,
  definition: ChaincodeDefinition,
  input: peer.ChaincodeInput,
  simulator: TxSimulator,
): peer.ChaincodeMessage_Type {
  const refuse = (reason: string): ChaincodeFailure => new ChaincodeFailure(`invalid invocation: chaincode '${name}' ${reason}`);
  const value = definition.initRequired ? simulator.getState(name, INITIALIZED) : undefined;
  const needed = definition.initRequired && Buffer.from(value ?? new Uint8Array()).toString("utf8") !== definition.version;
  if (!input.isInit) {
    if (needed) throw refuse("has not been initialized for this version, must call as init first");
    return peer.ChaincodeMessage_Type.TRANSACTION;
  }
  if (!definition.initRequired) throw refuse("does not require initialization but called as init");
  if (!needed) throw refuse("is already initialized but called as init");
  simulator.putState(name, INITIALIZED, Buffer.from(definition.version));
  return peer.ChaincodeMessage_Type.INIT;
}

/**
 * A chaincode calls another: on the same channel within the same transaction; on another channel
 * with a simulation of its own whose writes are thrown away (Fabric: core/chaincode/handler.go, HandleInvokeChaincode).
 */
async function callChaincode(execution: Execution, specification: peer.ChaincodeSpec): Promise<peer.ChaincodeMessage> {
  const { peer: node, proposal } = execution;
  const { name, channelId = proposal.channelId } = readTarget(specification.chaincodeId?.name ?? "");
  const input = specification.input ?? create(peer.ChaincodeInputSchema);
  const ledger = node.channels.get(channelId);
  if (ledger === undefined) throw new Error(`Failed to get policy manager for channel [${channelId}]`);
  if (!isSystemChaincode(name)) checkChannelAcl("peer/ChaincodeToChaincode", ledger, proposal.signedData);
  const same = channelId === proposal.channelId;
  if (execution.called.has(name) && same) throw new Error(`execute failed: error sending: txid: ${proposal.txId}(${channelId}) exists`);
  const simulator = same ? execution.simulator : new TxSimulator(ledger.view(), { txId: proposal.txId, owner: node.mspId });
  try {
    const nested = same ? execution : { ...execution, ledger, simulator, called: new Set<string>(), proposal: { ...proposal, channelId } };
    const { response } = await execute(nested, name, input, true);
    return answerOf(proposal, peer.ChaincodeMessage_Type.COMPLETED, toBinary(peer.ResponseSchema, response));
  } catch (error) {
    if (error instanceof ChaincodeError) return answerOf(proposal, peer.ChaincodeMessage_Type.ERROR, error.payload);
    throw callFailure(error, channelId, name);
  } finally {
    if (!same) simulator?.close();
  }
}

/** What a caller is told of the chaincode it called. */
function answerOf({ txId, channelId }: UnpackedProposal, type: peer.ChaincodeMessage_Type, payload: Uint8Array): peer.ChaincodeMessage {
  return create(peer.ChaincodeMessageSchema, { type, payload, txid: txId, channelId });
}

/** Reads `name:version/channel`, of which only the name has to be there; the version is not looked at. */
function readTarget(text: string): { name: string; channelId: string | undefined } {
  const [called = "", channelId] = text.split("/");
  return { name: called.split(":", 1)[0] ?? "", channelId };
}

/** What a caller is told when the chaincode it called could not be run. */
function callFailure(cause: unknown, channelId: string, name: string): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const container = `invalid invocation: [channel ${channelId}] failed to get chaincode container info for ${name}: `;
  return new Error(`execute failed: ${cause instanceof NotRunnable ? container : ""}${reason}`, { cause });
}
