import { organizationMsp, type ChannelSpec } from "@heddle/fabric";
import type { ChannelOptions } from "./configtx.ts";
import type { Consortium, ConsortiumNode } from "./consortium.ts";

/** The channel of a consortium as `@heddle/fabric` is told of it: what configtx.yaml says to configtxgen. */
export function channelSpec({ channelId, orderer, organizations }: Consortium, options: ChannelOptions = {}): ChannelSpec {
  const endpoint = ({ ports }: ConsortiumNode) => ({ host: "127.0.0.1", port: ports.grpc });
  return {
    channelId,
    capabilities: { channel: options.capability ?? "V2_0", orderer: "V2_0", application: "V2_5" },
    orderer: {
      type: options.type ?? "etcdraft",
      batch: {
        timeoutMs: 200,
        maxMessages: options.maxMessages ?? 100,
        preferredMaxBytes: 2 * 1024 * 1024,
        absoluteMaxBytes: 10 * 1024 * 1024,
      },
      consenters: orderer.nodes.map((node) => ({
        ...endpoint(node),
        mspId: node.mspId,
        identityPem: node.member.signing.certificatePem,
        clientTlsCertPem: node.member.tls.certificatePem,
        serverTlsCertPem: node.member.tls.certificatePem,
      })),
      organizations: [
        {
          name: orderer.material.name,
          mspId: orderer.mspId,
          msp: organizationMsp(orderer.material),
          endpoints: orderer.nodes.map(endpoint),
        },
      ],
    },
    application: {
      organizations: organizations.map(({ material, mspId, nodes }) => ({
        name: material.name,
        mspId,
        msp: organizationMsp(material),
        anchorPeers: nodes.slice(0, 1).map(endpoint),
      })),
    },
  };
}
