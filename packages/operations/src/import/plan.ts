import { X509Certificate } from "node:crypto";
import { judgeMember, type CommittedChaincode, type DescribedOrganization, type OrganizationMaterial } from "@heddle/fabric";
import type { NetworkChannel, NetworkFile } from "@heddle/network";
import type { NodePlace } from "@heddle/runtimes";
import { operationErrors } from "../errors.ts";
import type { DiscoveredChannel, Discovery, SkippedChannel } from "./discover.ts";
import { materialOf } from "./material.ts";
import { meetNodes, nameNodes, type MetNode, type NamedNode } from "./nodes.ts";
import type { ImportSource, SourceIdentity } from "./source.ts";

/** A chaincode that is committed on a channel. */
export interface ImportedChaincode extends Pick<CommittedChaincode, "name" | "version" | "sequence" | "initRequired"> {
  readonly channel: string;
}

/** A network that is about to be imported. Only `materials` holds keys. */
export interface ImportPlan {
  readonly file: NetworkFile;
  readonly nodes: readonly NodePlace[];
  readonly materials: readonly OrganizationMaterial[];
  readonly chaincodes: readonly ImportedChaincode[];
  readonly skipped: readonly SkippedChannel[];
  readonly notes: readonly string[];
}

interface NamedOrganization extends DescribedOrganization {
  readonly nodes: readonly NamedNode[];
  readonly domain: string;
  readonly material: OrganizationMaterial;
}

/**
 * What a network is, in the words of a network file. An organisation whose identities are here stands before others, so that
 * whoever takes the first can act. Throws OPERATION_IMPORT_IDENTITY_INVALID for one that its own organisation does not vouch for.
 */
export async function planImport(
  network: string,
  source: ImportSource,
  discovery: Discovery,
  options: { readonly local: boolean },
): Promise<ImportPlan> {
  const { channels, skipped, notes } = discovery;
  const met = await meetNodes(source, channels, options.local);
  const organizations = nameOrganizations(source, channels, met.nodes);
  const sharing = organizations.filter(({ shares }) => shares).toSorted((a, b) => rank(a) - rank(b));
  const unused = source.identities.filter(({ mspId }) => !organizations.some((one) => one.mspId === mspId));
  return {
    file: {
      apiVersion: "heddle.dev/v1",
      kind: "Network",
      metadata: { name: network },
      spec: {
        fabricVersion: versionOf(channels),
        runtime: "imported",
        storage: "kept",
        organizations: sharing.map(({ name, mspId, domain, nodes, material }) => ({
          name,
          mspId,
          domain,
          role: "member",
          peers: nodes.filter(({ kind }) => kind === "peer").map(({ label }) => ({ name: label })),
          users: usersOf(material).filter((user) => user !== "Admin"),
        })),
        ordering: orderingOf(organizations, channels),
        channels: channels.map((channel) => channelOf(channel, sharing)),
        chaincodes: [],
      },
    },
    nodes: organizations.flatMap(({ nodes }) => nodes.map(({ label: _label, ...node }) => node)),
    materials: organizations.map(({ material }) => material),
    chaincodes: channels.flatMap(({ name: channel, chaincodes }) =>
      chaincodes.map(({ name, version, sequence, initRequired }) => ({ channel, name, version, sequence, initRequired })),
    ),
    skipped,
    notes: [...notes, ...met.notes, ...unused.map(({ name, mspId }) => `no channel knows ${mspId}, so ${name} of it is left out`)],
  };
}

/** Names of an organisation's users, the administrator among them. */
function usersOf({ users, domain }: OrganizationMaterial): string[] {
  return users.map(({ name }) => name.slice(0, -domain.length - 1));
}

/** Organisations with an administrator and a peer first, then those with some identity and a peer. */
function rank({ nodes, material }: NamedOrganization): number {
  if (!nodes.some(({ kind }) => kind === "peer")) return 3;
  if (usersOf(material).includes("Admin")) return 0;
  return material.users.length > 0 ? 1 : 2;
}

function nameOrganizations(
  source: ImportSource,
  channels: readonly DiscoveredChannel[],
  nodes: readonly MetNode[],
): readonly NamedOrganization[] {
  const described = new Map<string, DescribedOrganization>();
  for (const { description } of channels)
    for (const one of description.organizations) {
      const known = described.get(one.mspId);
      described.set(
        one.mspId,
        known === undefined ? one : { ...one, shares: known.shares || one.shares, orders: known.orders || one.orders },
      );
    }
  const names = new Set<string>();
  const domains = new Set<string>();
  return [...described.values()].map((one): NamedOrganization => {
    const name = unique(slug(one.name), names, "-2");
    const own = nodes.filter(({ mspId }) => mspId === one.mspId);
    const given = source.organizations.find(({ mspId }) => mspId === one.mspId);
    const domain = domainOf(given?.domain ?? commonDomain(own) ?? authorityDomain(one), name, domains);
    const identities = source.identities.filter(({ mspId }) => mspId === one.mspId);
    const judged = identities.map((identity) => ({ identity, admin: judge(one, identity) }));
    const material = materialOf({ name, mspId: one.mspId, domain, authorities: one, given, identities: judged });
    return { ...one, name, domain, nodes: nameNodes(own, { name, mspId: one.mspId, domain }), material };
  });
}

/** Whether somebody administers an organisation. Throws OPERATION_IMPORT_IDENTITY_INVALID. */
function judge(organization: DescribedOrganization, { name, mspId, certificatePem }: SourceIdentity): boolean {
  const verdict = judgeMember(organization, certificatePem);
  if (verdict.valid) return verdict.admin;
  throw operationErrors.create("OPERATION_IMPORT_IDENTITY_INVALID", { identity: `${name} of ${mspId}`, reason: verdict.reason });
}

/** A name of the network file for the name of a group, which may hold dots. */
function slug(name: string): string {
  const text = name.replaceAll(/[^A-Za-z0-9-]/g, "-").slice(0, 36);
  return /^[A-Za-z]/.test(text) ? text : `Org-${text}`;
}

function unique(wanted: string, taken: Set<string>, suffix: string): string {
  const lower = wanted.toLowerCase();
  const name = taken.has(lower) ? unique(`${wanted}${suffix}`, taken, suffix) : wanted;
  taken.add(name.toLowerCase());
  return name;
}

/** What the host names of an organisation's nodes have in common behind their first part. */
function commonDomain(nodes: readonly MetNode[]): string | undefined {
  const domains = nodes
    .map(({ name }) => (/^[\d.:]+$/.test(name) ? "" : name.split(".").slice(1).join(".")))
    .filter((one) => one.length > 0);
  return domains.find((one) => domains.filter((other) => other === one).length * 2 > domains.length) ?? domains[0];
}

/** The domain in the name of an authority that cryptogen or Fabric's samples have made, such as `ca.org1.example.com`. */
function authorityDomain({ authorities }: DescribedOrganization): string | undefined {
  const [root] = authorities;
  return root === undefined ? undefined : /^CN=ca\.([a-z0-9-]+(?:\.[a-z0-9-]+)+)$/m.exec(new X509Certificate(root).subject)?.[1];
}

/** Of organisations that share a domain, as microfab's do, all but the first get one below it. */
function domainOf(wanted: string | undefined, name: string, taken: Set<string>): string {
  const own = name.toLowerCase();
  const domain = wanted ?? `${own}.imported`;
  return unique(taken.has(domain) ? `${own}.${domain}` : domain, taken, "-2");
}

/** Channels tell what their nodes can do at the least; of which version the nodes are, nobody but they know. */
function versionOf(channels: readonly DiscoveredChannel[]): NetworkFile["spec"]["fabricVersion"] {
  return channels.some(({ description }) => description.capabilities.channel.includes("V3_0")) ? "3.0" : "2.5";
}

function orderingOf(organizations: readonly NamedOrganization[], channels: readonly DiscoveredChannel[]): NetworkFile["spec"]["ordering"] {
  const ordering = organizations.filter(({ orders }) => orders);
  const [first] = ordering;
  const description = channels[0]?.description;
  if (first === undefined || description === undefined) throw new RangeError("no organisation orders the channels");
  const { timeout, ...batch } = description.batch;
  return {
    type: description.consensusType === "BFT" ? "bft" : "raft",
    organization: { name: first.name, mspId: first.mspId, domain: first.domain },
    consenters: ordering.flatMap(({ nodes }) => nodes.filter(({ kind }) => kind === "orderer").map(({ label }) => ({ name: label }))),
    batch: { ...batch, timeout },
  };
}

function channelOf({ name, description, joined }: DiscoveredChannel, organizations: readonly NamedOrganization[]): NetworkChannel {
  const { capabilities } = description;
  const onIt = organizations.filter(({ mspId }) => description.organizations.some((one) => one.mspId === mspId && one.shares));
  const serves = ({ mspId }: NamedOrganization): number => (joined.some((peer) => peer.mspId === mspId) ? 0 : 1);
  return {
    name,
    members: onIt.toSorted((a, b) => serves(a) - serves(b)).map((one) => one.name),
    observers: [],
    policies: {},
    capabilities: {
      application: capabilities.application.includes("V2_5") ? "V2_5" : "V2_0",
      orderer: "V2_0",
      channel: capabilities.channel.includes("V3_0") ? "V3_0" : "V2_0",
    },
    anchorPeers: undefined,
  };
}
