import type { NetworkChannel, NetworkFile } from "./schema/network-file.ts";

/** One node of a network. */
export interface NodeSpec {
  /** Host name, such as `peer0.org1.example.com`: unique within the network. */
  readonly name: string;
  readonly kind: "peer" | "orderer";
  readonly mspId: string;
  /** Name of the organisation. */
  readonly organization: string;
  readonly domain: string;
}

/** All nodes of a network: orderers first, then peers, each in the order of the file. */
export function nodesOf(network: NetworkFile): NodeSpec[] {
  const { ordering, organizations } = network.spec;
  const { name: organization, mspId, domain } = ordering.organization;
  return [
    ...ordering.consenters.map((node): NodeSpec => ({ name: `${node.name}.${domain}`, kind: "orderer", mspId, organization, domain })),
    ...organizations.flatMap((org) =>
      org.peers.map((node): NodeSpec => ({
        name: `${node.name}.${org.domain}`,
        kind: "peer",
        mspId: org.mspId,
        organization: org.name,
        domain: org.domain,
      })),
    ),
  ];
}

/** Anchor peers of a channel, as node names: those of the file, else the first peer of every organisation on it. */
export function anchorPeersOf(network: NetworkFile, channel: NetworkChannel): { readonly organization: string; readonly node: string }[] {
  const present = [...channel.members, ...channel.observers];
  const organizations = network.spec.organizations.filter(({ name }) => present.includes(name));
  const anchors =
    channel.anchorPeers ??
    organizations.flatMap(({ name, peers }) => peers.slice(0, 1).map((peer) => ({ organization: name, peer: peer.name })));
  return anchors.flatMap(({ organization, peer }) => {
    const domain = organizations.find(({ name }) => name === organization)?.domain;
    return domain === undefined ? [] : [{ organization, node: `${peer}.${domain}` }];
  });
}
