import type { NodePlace } from "@heddle/runtimes";
import { answers } from "./dial.ts";
import type { DiscoveredChannel, ToldNode } from "./discover.ts";
import type { ImportSource, SourceNode } from "./source.ts";
import { readAddress } from "./values.ts";

/** A node of the network, wherever it was learnt of. */
export interface MetNode extends SourceNode {
  readonly mspId: string;
}

/**
 * All nodes that are known: those of the source, and those that the channels and peers tell of and that answer. `local`:
 * whatever they say of their host, they answer on this machine, as containers do whose ports are published.
 */
export async function meetNodes(
  source: ImportSource,
  channels: readonly DiscoveredChannel[],
  local: boolean,
): Promise<{ readonly nodes: readonly MetNode[]; readonly notes: readonly string[] }> {
  const told = channels.flatMap((channel) => channel.told);
  const given = source.nodes.flatMap((node): MetNode[] => {
    const mspId = node.mspId ?? told.find((one) => one.kind === node.kind && isSame(node, one, local))?.mspId;
    return mspId === undefined ? [] : [{ ...node, mspId }];
  });
  const plaintext = source.nodes.every(({ reach }) => reach.plaintext === true);
  const others = told
    .filter((one) => !given.some((node) => node.kind === one.kind && isSame(node, one, local)))
    .filter((one, index, all) => all.findIndex((other) => other.kind === one.kind && other.endpoint === one.endpoint) === index);
  const met: MetNode[] = [];
  const notes: string[] = [];
  for (const one of others) {
    const node = nodeAt(one, { local, plaintext });
    if (node !== undefined && (await answers(node.host, node.port))) met.push(node);
    else notes.push(`the ${one.kind} of ${one.mspId} at ${one.endpoint} does not answer from here, so it is left out`);
  }
  const silent = source.nodes.filter((node) => !given.some(({ name, kind }) => name === node.name && kind === node.kind));
  return {
    nodes: [...given, ...met],
    notes: [...notes, ...silent.map(({ name }) => `no channel knows the node ${name}, so it is left out`)],
  };
}

/** Whether a node of the source is the one that somebody tells of: by its address, or by its name and port. */
function isSame(node: SourceNode, { mspId, endpoint }: ToldNode, local: boolean): boolean {
  if (node.mspId !== undefined && node.mspId !== mspId) return false;
  const address = readAddress(endpoint);
  if (address === undefined) return false;
  const names = [node.host, node.name, node.reach.tlsName, ...(isLoopback(node.host) ? LOOPBACK : [])];
  if (address.port === node.port) return names.includes(address.host) || local;
  // Somebody has said that it answers elsewhere than it tells.
  return [node.name, node.reach.tlsName].some((name) => name === address.host && name !== node.host);
}

const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

/** Whether a host is this machine by its name. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.includes(host) || host.startsWith("127.");
}

function nodeAt({ kind, mspId, endpoint }: ToldNode, how: { readonly local: boolean; readonly plaintext: boolean }): MetNode | undefined {
  const address = readAddress(endpoint);
  if (address === undefined) return undefined;
  const { host, port } = address;
  const reach = how.plaintext ? { plaintext: true } : { tlsName: host };
  return { kind, name: host, mspId, host: how.local ? "localhost" : host, port, tlsAuthorities: [], reach };
}

/** What a node is called in the network's file, and where it is. */
export type NamedNode = NodePlace & { readonly label: string };

const LABEL = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** Gives the nodes of an organisation names below its domain: their own where those are, others where not. */
export function nameNodes(
  nodes: readonly MetNode[],
  organization: { readonly name: string; readonly mspId: string; readonly domain: string },
): NamedNode[] {
  const taken = new Set<string>();
  return nodes.map((node, index) => {
    const { name: host, kind, reach } = node;
    const own = host.endsWith(`.${organization.domain}`) ? host.slice(0, -organization.domain.length - 1) : (host.split(".")[0] ?? "");
    const wanted = LABEL.test(own) && !/^\d+$/.test(own) && !isLoopback(host) ? own : `${kind}${index}`;
    const label = taken.has(wanted) ? `${wanted.slice(0, 34)}-${index}` : wanted;
    taken.add(label);
    const name = `${label}.${organization.domain}`;
    const { tlsName, ...others } = reach;
    return {
      label,
      name,
      kind,
      mspId: organization.mspId,
      organization: organization.name,
      domain: organization.domain,
      host: node.host,
      grpc: node.port,
      operations: 0,
      reach: { ...others, ...(tlsName === undefined || tlsName === name ? {} : { tlsName }) },
    };
  });
}
