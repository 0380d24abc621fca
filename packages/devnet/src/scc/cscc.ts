import { create, toBinary } from "@bufbuild/protobuf";
import { common, peer } from "@heddle/fabric/wire";
import { checkChannelAcl, checkLocalAcl } from "../endorser/acl.ts";
import type { ChannelLedger } from "../ledger/ledger.ts";
import { answer, entryOf, failure, success, type SystemCall, textArgument } from "./types.ts";

function localAcl(call: SystemCall, role: "Admins" | "Members"): void {
  const name = textArgument(call.args, 0);
  try {
    checkLocalAcl(role, call.peer.mspId, call.peer.localMsp, call.proposal.signedData);
  } catch (error) {
    throw new Error(`access denied for [${name}]: [${error instanceof Error ? error.message : String(error)}]`, { cause: error });
  }
}

function channelOf(call: SystemCall): ChannelLedger {
  const name = textArgument(call.args, 0);
  const channelId = textArgument(call.args, 1);
  const ledger = call.peer.channels.get(channelId);
  if (ledger === undefined) throw new Error(`Unknown channel ID, ${channelId}`);
  try {
    checkChannelAcl(`cscc/${name}`, ledger, call.proposal.signedData);
  } catch (error) {
    throw new Error(`access denied for [${name}][${channelId}]: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  return ledger;
}

const functions: Readonly<Record<string, (call: SystemCall) => Uint8Array>> = {
  JoinChain(call) {
    const block = call.args[1];
    if (block === undefined || block.length === 0) throw new Error("Cannot join the channel <nil> configuration block provided");
    localAcl(call, "Admins");
    call.peer.joinChannel(block);
    return new Uint8Array();
  },
  GetConfigBlock(call) {
    const ledger = channelOf(call);
    return ledger.block(ledger.lastConfigBlock)?.bytes ?? new Uint8Array();
  },
  GetChannelConfig: (call) => toBinary(common.ConfigSchema, channelOf(call).bundle.config),
  GetChannels(call) {
    localAcl(call, "Members");
    const channels = [...call.peer.channels.keys()].map((channelId) => ({ channelId }));
    return toBinary(peer.ChannelQueryResponseSchema, create(peer.ChannelQueryResponseSchema, { channels }));
  },
};

/** The configuration system chaincode (Fabric: core/scc/cscc). Joining by snapshot is refused. */
export function cscc(call: SystemCall): Promise<peer.Response> {
  return answer(() => {
    const name = textArgument(call.args, 0);
    if (call.args.length === 0) return failure("Incorrect number of arguments, 0");
    if (call.nested)
      return failure(`Rejecting invoke of CSCC from another chaincode, original invocation for '${call.proposal.chaincode}'`);
    if (name === "JoinChainBySnapshot" || name === "JoinBySnapshotStatus")
      return failure(`${name} is not supported by the embedded network of this version`);
    const run = entryOf(functions, name);
    if (run === undefined) return failure(`Requested function ${name} not found.`);
    if (name !== "GetChannels" && call.args.length < 2) return failure(`Incorrect number of arguments, ${call.args.length}`);
    return success(run(call));
  });
}
