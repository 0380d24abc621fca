import type { GatewayClient, LocalSigningIdentity } from "@heddle/fabric";
import { operationErrors } from "../errors.ts";
import { signing } from "../network/identities.ts";
import type { PlacedNetwork, World } from "./world.ts";

/** A call of a chaincode's function; what is left out is chosen: the only channel, its first member, that member's first user. */
export interface ChaincodeCall {
  readonly channel?: string | undefined;
  readonly organization?: string | undefined;
  readonly user?: string | undefined;
  readonly function: string;
  readonly args: readonly string[];
  /** Base64 by name. */
  readonly transient?: Readonly<Record<string, string>> | undefined;
}

interface ResolvedCall {
  readonly gateway: GatewayClient;
  readonly identity: LocalSigningIdentity;
  readonly request: { channelId: string; chaincode: string; args: string[]; transient?: Record<string, Uint8Array> };
}

async function channelOf(world: World, { file }: PlacedNetwork, chaincode: string, wanted: string | undefined): Promise<string> {
  const network = file.metadata.name;
  if (wanted !== undefined) {
    if (file.spec.channels.some(({ name }) => name === wanted)) return wanted;
    throw operationErrors.create("OPERATION_CHANNEL_UNKNOWN", { network, channel: wanted });
  }
  const channels = (await world.store.chaincodes.list(network)).filter(({ name }) => name === chaincode).map(({ channel }) => channel);
  const [only] = channels;
  if (only === undefined) throw operationErrors.create("OPERATION_CHAINCODE_MISSING", { network, chaincode });
  if (channels.length > 1) throw operationErrors.create("OPERATION_CHANNEL_AMBIGUOUS", { chaincode, channels: channels.join(", ") });
  return only;
}

async function resolve(world: World, network: string, chaincode: string, call: ChaincodeCall): Promise<ResolvedCall> {
  const placed = await world.network(network);
  const channelId = await channelOf(world, placed, chaincode, call.channel);
  const channel = placed.file.spec.channels.find(({ name }) => name === channelId);
  const organization = call.organization ?? channel?.members[0] ?? "";
  const material = await placed.connections.identities.organization(organization);
  const [node] = placed.connections.peersOf(organization);
  if (node === undefined) throw operationErrors.create("OPERATION_ORGANIZATION_UNKNOWN", { network, organization });
  const firstUser = placed.file.spec.organizations.find(({ name }) => name === organization)?.users[0];
  const transient =
    call.transient === undefined
      ? undefined
      : Object.fromEntries(Object.entries(call.transient).map(([name, value]) => [name, Buffer.from(value, "base64")]));
  return {
    gateway: await placed.connections.gateway(node),
    identity: signing(material, call.user ?? firstUser ?? "Admin"),
    request: { channelId, chaincode, args: [call.function, ...call.args], ...(transient === undefined ? {} : { transient }) },
  };
}

/** Submits a transaction and waits for its commit. */
export async function submitCall(world: World, network: string, chaincode: string, call: ChaincodeCall) {
  const { gateway, identity, request } = await resolve(world, network, chaincode, call);
  const { txId, blockNumber, result } = await gateway.submit(request, identity);
  return { payload: result, transactionId: txId, block: blockNumber, code: "VALID" };
}

/** Runs a function without recording anything. */
export async function evaluateCall(world: World, network: string, chaincode: string, call: ChaincodeCall) {
  const { gateway, identity, request } = await resolve(world, network, chaincode, call);
  return { payload: await gateway.evaluate(request, identity) };
}
