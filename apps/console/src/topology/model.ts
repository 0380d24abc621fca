import type { NetworkFile } from "@heddle/network";

/** A node in the picture. */
export interface TopologyNode {
  readonly name: string;
  /** First part of its host name. */
  readonly label: string;
  readonly kind: "peer" | "orderer";
  readonly state: string | undefined;
}

/** An organisation, or the ordering service: what stands in one box. */
export interface TopologyGroup {
  readonly name: string;
  readonly mspId: string;
  readonly role: "member" | "observer" | "ordering";
  readonly nodes: readonly TopologyNode[];
}

/** A channel: a thread through the organisations that are on it. */
export interface TopologyChannel {
  readonly name: string;
  readonly members: readonly string[];
  readonly observers: readonly string[];
  readonly chaincodes: readonly { readonly name: string; readonly version: string }[];
}

/** A network as it is drawn and listed. */
export interface Topology {
  readonly consensus: "raft" | "bft";
  readonly ordering: TopologyGroup;
  readonly organizations: readonly TopologyGroup[];
  readonly channels: readonly TopologyChannel[];
}

/** States of nodes by host name. */
export type NodeStates = ReadonlyMap<string, string>;

/** What there is to see of a network file; `states` gives the nodes their health, where it is known. */
export function topologyOf({ spec }: NetworkFile, states: NodeStates = new Map()): Topology {
  const node = (kind: TopologyNode["kind"], label: string, domain: string): TopologyNode => {
    const name = `${label}.${domain}`;
    return { name, label, kind, state: states.get(name) };
  };
  const { organization, consenters, type } = spec.ordering;
  return {
    consensus: type,
    ordering: {
      name: organization.name,
      mspId: organization.mspId,
      role: "ordering",
      nodes: consenters.map(({ name }) => node("orderer", name, organization.domain)),
    },
    organizations: spec.organizations.map(({ name, mspId, domain, role, peers }) => ({
      name,
      mspId,
      role,
      nodes: peers.map((peer) => node("peer", peer.name, domain)),
    })),
    channels: spec.channels.map(({ name, members, observers }) => ({
      name,
      members,
      observers,
      chaincodes: spec.chaincodes.filter(({ channel }) => channel === name).map((one) => ({ name: one.name, version: one.version })),
    })),
  };
}
