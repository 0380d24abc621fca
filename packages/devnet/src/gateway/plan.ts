import { status } from "@grpc/grpc-js";
import type { ChannelLedger } from "../ledger/ledger.ts";
import { lifecycleNamespace, readDefinition } from "../definitions/definitions.ts";
import { localPackage } from "../lifecycle/local-package.ts";
import type { PeerContext } from "../node/types.ts";
import type { EndorsingPeer } from "./endorsers.ts";
import { GatewayError } from "./errors.ts";
import type { GatewayNetwork } from "./registry.ts";

/** The ledger of a channel this peer has joined. Throws UNAVAILABLE. */
export function requireLedger(context: PeerContext, channelId: string): ChannelLedger {
  const ledger = context.channels.get(channelId);
  if (ledger === undefined)
    throw new GatewayError(status.UNAVAILABLE, `failed to get config for channel [${channelId}]: channel '${channelId}' not found`);
  return ledger;
}

/** Whether a peer runs a chaincode: system chaincodes always, others once its organisation has approved and installed it. */
function runs(candidate: EndorsingPeer, channelId: string, chaincode: string): boolean {
  const ledger = candidate.context.channels.get(channelId);
  if (ledger === undefined) return false;
  if (chaincode === lifecycleNamespace || chaincode === "qscc" || chaincode === "cscc") return true;
  const view = ledger.view();
  try {
    const definition = readDefinition((key) => view.get(lifecycleNamespace, key)?.value, chaincode);
    return definition !== undefined && localPackage(view, candidate.context.mspId, chaincode, definition) !== undefined;
  } finally {
    view.close();
  }
}

/** Peers that run a chaincode: the gateway's own first, then its organisation's, then the others. */
export function candidates(network: GatewayNetwork, own: PeerContext, channelId: string, chaincode: string): EndorsingPeer[] {
  const rank = ({ context }: EndorsingPeer): number => (context === own ? 0 : context.mspId === own.mspId ? 1 : 2);
  return network
    .peers(channelId)
    .filter((candidate) => runs(candidate, channelId, chaincode))
    .toSorted((a, b) => rank(a) - rank(b));
}
