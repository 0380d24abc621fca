import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { configFromBlock } from "@heddle/fabric";
import { common, peer } from "@heddle/fabric/wire";
import { checkChannelAcl, checkLocalAcl } from "../endorser/acl.ts";
import type { ChannelLedger } from "../ledger/ledger.ts";
import { wireReason } from "../validation/wire.ts";
import { answer, entryOf, failure, success, type SystemCall, textArgument } from "./types.ts";

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Throws with `denied` and the reason unless the caller is a member, or administrator, of the peer's organisation. */
function localAcl(call: SystemCall, role: "Admins" | "Members", denied: string): void {
  try {
    checkLocalAcl(role, call.peer.mspId, call.peer.localMsp, call.proposal.signedData);
  } catch (error) {
    throw new Error(`${denied}: ${reasonOf(error)}`, { cause: error });
  }
}

function channelOf(call: SystemCall): ChannelLedger {
  const name = textArgument(call.args, 0);
  const channelId = textArgument(call.args, 1);
  const denied = `access denied for [${name}][${channelId}]`;
  const ledger = call.peer.channels.get(channelId);
  if (ledger === undefined) throw new Error(`${denied}: Failed to get policy manager for channel [${channelId}]`);
  try {
    checkChannelAcl(`cscc/${name}`, ledger, call.proposal.signedData);
  } catch (error) {
    throw new Error(`${denied}: ${reasonOf(error)}`, { cause: error });
  }
  return ledger;
}

/** The channel of a block, read as far as Fabric reads it before it checks the block (protoutil, `GetChannelIDFromBlock`). */
function channelIdOf(bytes: Uint8Array): string {
  let block: common.Block;
  try {
    block = fromBinary(common.BlockSchema, bytes);
  } catch (cause) {
    throw new Error(`Failed to reconstruct the genesis block, error unmarshalling Block: ${wireReason(cause)}`, { cause });
  }
  const failed = (reason: string): Error =>
    new Error(`"JoinChain" request failed to extract channel id from the block due to [failed to retrieve channel id - ${reason}]`);
  const [transaction] = block.data?.data ?? [];
  if (transaction === undefined) throw failed("block is empty");
  try {
    const payload = fromBinary(common.PayloadSchema, fromBinary(common.EnvelopeSchema, transaction).payload);
    if (payload.header === undefined) throw new Error("payload header is empty");
    return fromBinary(common.ChannelHeaderSchema, payload.header.channelHeader).channelId;
  } catch (cause) {
    throw failed(reasonOf(cause));
  }
}

/** Throws unless a block can start a channel of applications (core/scc/cscc, `validateConfigBlock`). */
function requireJoinable(channelId: string, block: Uint8Array): void {
  const failed = (reason: string): Error =>
    new Error(`"JoinChain" for channelID = ${channelId} failed because of validation of configuration block, because of ${reason}`);
  let groups: Readonly<Record<string, unknown>>;
  try {
    groups = configFromBlock(block).config.channelGroup?.groups ?? {};
  } catch (cause) {
    throw failed(reasonOf(cause));
  }
  if (groups["Application"] === undefined) throw failed("Invalid configuration block, missing Application configuration group");
}

const functions: Readonly<Record<string, (call: SystemCall) => Uint8Array>> = {
  JoinChain(call) {
    const block = call.args[1];
    if (block === undefined) throw new Error("Cannot join the channel <nil> configuration block provided");
    const channelId = channelIdOf(block);
    requireJoinable(channelId, block);
    localAcl(call, "Admins", `access denied for [JoinChain][${channelId}]`);
    call.peer.joinChannel(block);
    return new Uint8Array();
  },
  GetConfigBlock(call) {
    const ledger = channelOf(call);
    return ledger.block(ledger.lastConfigBlock)?.bytes ?? new Uint8Array();
  },
  GetChannelConfig: (call) => toBinary(common.ConfigSchema, channelOf(call).bundle.config),
  GetChannels(call) {
    localAcl(call, "Members", "access denied for [GetChannels]");
    const channels = [...call.peer.channels.keys()].map((channelId) => ({ channelId }));
    return toBinary(peer.ChannelQueryResponseSchema, create(peer.ChannelQueryResponseSchema, { channels }));
  },
};

/** The configuration system chaincode (Fabric: core/scc/cscc). Joining by snapshot is refused. */
export function cscc(call: SystemCall): Promise<peer.Response> {
  return answer(() => {
    const name = textArgument(call.args, 0);
    const count = call.args.length;
    if (count === 0 || (count < 2 && name !== "GetChannels" && name !== "JoinBySnapshotStatus"))
      return failure(`Incorrect number of arguments, ${count}`);
    if (call.nested)
      return failure(`Rejecting invoke of CSCC from another chaincode, original invocation for '${call.proposal.chaincode}'`);
    if (name === "JoinChainBySnapshot" || name === "JoinBySnapshotStatus")
      return failure(`${name} is not supported by the embedded network of this version`);
    const run = entryOf(functions, name);
    if (run === undefined) return failure(`Requested function ${name} not found.`);
    return success(run(call));
  });
}
