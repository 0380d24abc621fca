import type { peer } from "@heddle/fabric/wire";
import { checkChannelAcl, checkLocalAcl, refuseChannelPolicy } from "../endorser/acl.ts";
import { entryOf, failure, success, type SystemCall, textArgument } from "../scc/types.ts";
import { channelFunctions } from "./channel-functions.ts";
import { NotFoundError } from "./errors.ts";
import { peerFunctions } from "./peer-functions.ts";

/** Functions that only the organisation's own administrators may call, on a channel or not. */
const ADMIN_FUNCTIONS = new Set([
  ...Object.keys(peerFunctions),
  "ApproveChaincodeDefinitionForMyOrg",
  "QueryApprovedChaincodeDefinition",
  "QueryApprovedChaincodeDefinitions",
]);

function authorize(name: string, call: SystemCall): void {
  const { peer: node, proposal } = call;
  const ledger = node.channels.get(call.channelId);
  if (ADMIN_FUNCTIONS.has(name)) checkLocalAcl("Admins", node.mspId, node.localMsp, proposal.signedData);
  else if (ledger !== undefined) checkChannelAcl(`_lifecycle/${name}`, ledger, proposal.signedData);
  else refuseChannelPolicy(`_lifecycle/${name}`);
}

async function dispatch(name: string, call: SystemCall): Promise<Uint8Array> {
  const argument = call.args[1] ?? new Uint8Array();
  const onPeer = entryOf(peerFunctions, name);
  if (onPeer !== undefined) return onPeer(call.peer, argument);
  const onChannel = entryOf(channelFunctions, name);
  if (onChannel === undefined) throw new Error(`receiver *lifecycle.Invocation.${name} does not exist`);
  const ledger = call.peer.channels.get(call.channelId);
  if (ledger === undefined || call.simulator === undefined) throw new Error(`no application config for channel '${call.channelId}'`);
  return onChannel({
    peer: call.peer,
    channelId: call.channelId,
    simulator: call.simulator,
    organizations: ledger.bundle.applicationMspIds,
    argument,
  });
}

/** The lifecycle system chaincode, `_lifecycle` (Fabric: core/chaincode/lifecycle/scc.go). */
export async function lifecycleChaincode(call: SystemCall): Promise<peer.Response> {
  const { args } = call;
  if (args.length === 0) return failure("lifecycle scc must be invoked with arguments");
  if (args.length !== 2) return failure(`lifecycle scc operations require exactly two arguments but received ${args.length}`);
  const name = textArgument(args, 0);
  try {
    authorize(name, call);
  } catch (error) {
    return failure(`Failed to authorize invocation due to failed ACL check: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return success(await dispatch(name, call));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return error instanceof NotFoundError
      ? failure(reason, 404)
      : failure(`failed to invoke backing implementation of '${name}': ${reason}`);
  }
}
