import type { NodePlace } from "@heddle/runtimes";
import { operationErrors } from "../../errors.ts";
import type { World } from "../world.ts";
import { goSnippet } from "./go.ts";
import { javaSnippet } from "./java.ts";
import { nodeSnippet } from "./nodejs.ts";
import { pythonSnippet } from "./python.ts";
import { peerSnippet, restSnippet } from "./shell.ts";
import type { Snippet, SnippetTarget } from "./target.ts";

/** As whom and to what to connect; what is left out is chosen. */
export interface ConnectRequest {
  readonly organization?: string | undefined;
  readonly user?: string | undefined;
  readonly channel?: string | undefined;
  readonly chaincode?: string | undefined;
  /** Address of Heddle's own server, for the REST calls. */
  readonly server: string;
}

/** Ways to connect as one user. No key is in it. */
export type ConnectView = SnippetTarget & { readonly snippets: readonly Snippet[] };

/**
 * How an application reaches a network as a user of an organisation.
 * Throws OPERATION_ORGANIZATION_UNKNOWN, OPERATION_CHANNEL_UNKNOWN, OPERATION_CHAINCODE_MISSING, OPERATION_TLS_LACKING.
 */
export async function connectViews(world: World, network: string, request: ConnectRequest): Promise<ConnectView> {
  const target = await targetOf(world, network, request);
  const snippets = [nodeSnippet, goSnippet, javaSnippet, pythonSnippet, peerSnippet].map((make) => make(target));
  return { ...target, snippets: [...snippets, restSnippet(target, request.server)] };
}

/** What an application of an organisation's user connects to. Throws as {@link connectViews}. */
export async function targetOf(world: World, network: string, request: Omit<ConnectRequest, "server">): Promise<SnippetTarget> {
  const { file, connections } = await world.network(network);
  const { organizations, channels } = file.spec;
  const organization = organizations.find(({ name }) => name === (request.organization ?? organizations[0]?.name));
  const [peer] = organization === undefined ? [] : connections.peersOf(organization.name);
  if (organization === undefined || peer === undefined)
    throw operationErrors.create("OPERATION_ORGANIZATION_UNKNOWN", { network, organization: request.organization ?? "" });
  const joined = channels.filter(({ members, observers }) => members.includes(organization.name) || observers.includes(organization.name));
  const deployed = (await world.store.chaincodes.list(network)).filter(({ channel }) => joined.some(({ name }) => name === channel));
  const channel = chooseChannel(request, deployed) ?? joined[0]?.name ?? "";
  if (!joined.some(({ name }) => name === channel)) throw operationErrors.create("OPERATION_CHANNEL_UNKNOWN", { network, channel });
  const chaincode = request.chaincode ?? deployed.find((one) => one.channel === channel)?.name ?? "";
  return {
    network,
    organization: organization.name,
    user: request.user ?? organization.users[0] ?? "Admin",
    mspId: organization.mspId,
    ...dialled(network, peer),
    channel,
    chaincode,
  };
}

/** How a peer is dialled with TLS. Throws OPERATION_TLS_LACKING for one that has none. */
function dialled(network: string, { name, host, grpc, reach }: NodePlace): Pick<SnippetTarget, "address" | "hostname"> {
  if (reach?.plaintext === true) throw operationErrors.create("OPERATION_TLS_LACKING", { network, peer: name });
  return { address: `${host}:${grpc}`, hostname: reach?.tlsName ?? name };
}

/** The channel that was asked for, else that of the chaincode, else the first with a chaincode. */
function chooseChannel(
  { channel, chaincode }: Pick<ConnectRequest, "channel" | "chaincode">,
  deployed: ReadonlyArray<{ readonly channel: string; readonly name: string }>,
): string | undefined {
  return channel ?? (deployed.find(({ name }) => name === chaincode) ?? deployed[0])?.channel;
}
