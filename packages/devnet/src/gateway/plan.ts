import { status } from "@grpc/grpc-js";
import type { SignedData } from "@heddle/fabric";
import { lifecycleNamespace } from "../definitions/definitions.ts";
import { checkChannelAcl } from "../endorser/acl.ts";
import type { ChannelLedger } from "../ledger/ledger.ts";
import { runningOf } from "../lifecycle/running.ts";
import type { PeerContext } from "../node/types.ts";
import type { EndorsingPeer } from "./endorsers.ts";
import { GatewayError } from "./errors.ts";
import type { GatewayNetwork } from "./registry.ts";

/** The ledger of a channel this peer has joined. Throws with the status that a method answers when there is none. */
export function requireLedger(context: PeerContext, channelId: string, code = status.UNAVAILABLE): ChannelLedger {
  const ledger = context.channels.get(channelId);
  if (ledger === undefined)
    throw new GatewayError(code, `failed to get config for channel [${channelId}]: could not get last config for channel ${channelId}`);
  return ledger;
}

/** The ledger of a channel, for a request that its signer may make. Throws PERMISSION_DENIED. */
export function authorizedLedger(context: PeerContext, resource: string, channelId: string, signed: SignedData): ChannelLedger {
  try {
    const ledger = context.channels.get(channelId);
    if (ledger === undefined) throw new Error(`Failed to get policy manager for channel [${channelId}]`);
    checkChannelAcl(resource, ledger, signed);
    return ledger;
  } catch (error) {
    throw new GatewayError(status.PERMISSION_DENIED, error instanceof Error ? error.message : String(error));
  }
}

/** The package that an organisation has approved for the committed definition of a chaincode. */
function approvedPackage(ledger: ChannelLedger, mspId: string, chaincode: string): string | undefined {
  const view = ledger.view();
  try {
    return runningOf(ledger, view, mspId, chaincode).packageId;
  } finally {
    view.close();
  }
}

/** Whether a peer runs a chaincode: system chaincodes always, others once its organisation has approved and it has installed it. */
function runs({ context }: EndorsingPeer, channelId: string, chaincode: string): boolean {
  const ledger = context.channels.get(channelId);
  if (ledger === undefined) return false;
  if (chaincode === lifecycleNamespace || chaincode === "qscc" || chaincode === "cscc") return true;
  const packageId = approvedPackage(ledger, context.mspId, chaincode);
  return packageId !== undefined && context.chaincode.canRun(packageId);
}

/** Peers that run all these chaincodes: the gateway's own first, then its organisation's, then the others. */
export function candidates(
  network: GatewayNetwork,
  own: PeerContext,
  channelId: string,
  chaincodes: readonly string[],
): readonly EndorsingPeer[] {
  const rank = ({ context }: EndorsingPeer): number => (context === own ? 0 : context.mspId === own.mspId ? 1 : 2);
  return network
    .peers(channelId)
    .filter((candidate) => chaincodes.every((chaincode) => runs(candidate, channelId, chaincode)))
    .toSorted((a, b) => rank(a) - rank(b));
}
