import { organizationMsp, type ChannelSpec, type ConsenterSpec, type OrganizationMaterial } from "@heddle/fabric";
import { anchorPeersOf, durationMs, nodesOf, type NetworkChannel, type NetworkFile } from "@heddle/network";
import type { NetworkPlace, NodePlace } from "@heddle/runtimes";

/** What a channel that is cut at once states as its timeout; the orderer does not wait for it. */
const INSTANT_TIMEOUT_MS = 10;

/**
 * Raft's timing on one machine. A channel's first leader stands for election two ticks after the channel was
 * joined (Fabric: orderer/consensus/etcdraft/node.go), which at Fabric's tick of 500 ms is a second in which
 * nothing can be ordered. Short ticks cost nothing here, and an election still takes 3 s of silence.
 */
const RAFT_TIMING = { tickMs: 50, electionTicks: 60 };

function requireMaterial(materials: ReadonlyMap<string, OrganizationMaterial>, name: string): OrganizationMaterial {
  const found = materials.get(name);
  if (found === undefined) throw new RangeError(`the organisation ${name} has no identities`);
  return found;
}

/** An orderer as a channel's configuration names it. */
export function consenterOf(node: NodePlace, material: OrganizationMaterial): ConsenterSpec {
  const identity = material.nodes.find(({ name }) => name === node.name);
  if (identity === undefined) throw new RangeError(`the orderer ${node.name} has no identity`);
  return {
    host: node.host,
    port: node.grpc,
    mspId: node.mspId,
    identityPem: identity.signing.certificatePem,
    clientTlsCertPem: identity.tls.certificatePem,
    serverTlsCertPem: identity.tls.certificatePem,
  };
}

/** Where the orderers of a file are; there may be others while a change is under way. */
export function ordererPlaces(file: NetworkFile, place: NetworkPlace): NodePlace[] {
  const names = new Set(nodesOf(file).map(({ name }) => name));
  return place.nodes.filter(({ kind, name }) => kind === "orderer" && names.has(name));
}

/** The configuration of a channel of a network file, with the identities, addresses and revocation lists (PEM, by organisation) that it has here. */
export function channelSpec(
  file: NetworkFile,
  channel: NetworkChannel,
  place: NetworkPlace,
  materials: ReadonlyMap<string, OrganizationMaterial>,
  revocations: ReadonlyMap<string, string> = new Map(),
): ChannelSpec {
  const mspOf = (name: string): ReturnType<typeof organizationMsp> => {
    const list = revocations.get(name) ?? "";
    return organizationMsp(requireMaterial(materials, name), list === "" ? {} : { revocationLists: [list] });
  };
  const { ordering, organizations } = file.spec;
  const ordererMaterial = requireMaterial(materials, ordering.organization.name);
  const orderers = ordererPlaces(file, place);
  const anchors = anchorPeersOf(file, channel);
  const { timeout, maxMessages, preferredMaxBytes, absoluteMaxBytes } = ordering.batch;
  const present = organizations.filter(({ name }) => channel.members.includes(name) || channel.observers.includes(name));
  return {
    channelId: channel.name,
    capabilities: {
      channel: channel.capabilities.channel ?? (ordering.type === "bft" ? "V3_0" : "V2_0"),
      orderer: channel.capabilities.orderer,
      application: channel.capabilities.application,
    },
    orderer: {
      type: ordering.type === "bft" ? "BFT" : "etcdraft",
      batch: {
        timeoutMs: timeout === "instant" ? INSTANT_TIMEOUT_MS : (durationMs(timeout) ?? INSTANT_TIMEOUT_MS),
        maxMessages,
        preferredMaxBytes,
        absoluteMaxBytes,
      },
      raft: RAFT_TIMING,
      consenters: orderers.map((node) => consenterOf(node, ordererMaterial)),
      organizations: [
        {
          name: ordering.organization.name,
          mspId: ordering.organization.mspId,
          msp: organizationMsp(ordererMaterial),
          endpoints: orderers.map(({ host, grpc }) => ({ host, port: grpc })),
        },
      ],
    },
    application: {
      organizations: present.map(({ name, mspId }) => ({
        name,
        mspId,
        msp: mspOf(name),
        role: channel.observers.includes(name) ? "observer" : "member",
        anchorPeers: anchors
          .filter(({ organization }) => organization === name)
          .flatMap(({ node }) => place.nodes.filter((one) => one.name === node).map(({ host, grpc }) => ({ host, port: grpc }))),
      })),
      ...(channel.acls === undefined ? {} : { acls: channel.acls }),
      ...(channel.policies.endorsement === undefined ? {} : { endorsement: channel.policies.endorsement }),
      ...(channel.policies.lifecycleEndorsement === undefined ? {} : { lifecycleEndorsement: channel.policies.lifecycleEndorsement }),
    },
  };
}
