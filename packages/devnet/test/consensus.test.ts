import { fromBinary } from "@bufbuild/protobuf";
import {
  BlockSlot,
  buildBlock,
  ChannelBundle,
  configFromBlock,
  createGenesisBlock,
  createLocalSigningIdentity,
  createOrganizationMaterial,
  organizationMsp,
  verifyBlock,
  type LocalSigningIdentity,
  type OrganizationMaterial,
} from "@heddle/fabric";
import { common } from "@heddle/fabric/wire";
import { beforeAll, describe, expect, it } from "vitest";
import { missingQuorum, signAsOrderers } from "../src/orderer/consensus.ts";

const ENVELOPE = Buffer.from("0a01701201ff", "hex");

describe("what orderers say of a block", () => {
  let orderers: OrganizationMaterial;
  let members: LocalSigningIdentity[];

  beforeAll(async () => {
    const nodes = [0, 1, 2, 3].map((index) => ({ name: `orderer${index}.example.com`, kind: "orderer" as const, hosts: ["127.0.0.1"] }));
    orderers = await createOrganizationMaterial({ name: "Orderer", mspId: "OrdererMSP", domain: "example.com", nodes, users: [] });
    members = orderers.nodes.map(({ signing }) => createLocalSigningIdentity("OrdererMSP", signing.certificatePem, signing.privateKeyPem));
  });

  function bundleOf(type: "etcdraft" | "BFT"): ChannelBundle {
    const genesis = createGenesisBlock({
      channelId: "trade",
      capabilities: { channel: "V3_0", orderer: "V2_0", application: "V2_5" },
      orderer: {
        type,
        batch: { timeoutMs: 100, maxMessages: 10, preferredMaxBytes: 1024, absoluteMaxBytes: 2048 },
        consenters: orderers.nodes.map(({ signing, tls }, index) => ({
          host: "127.0.0.1",
          port: 7050 + index,
          mspId: "OrdererMSP",
          identityPem: signing.certificatePem,
          clientTlsCertPem: tls.certificatePem,
          serverTlsCertPem: tls.certificatePem,
        })),
        organizations: [
          {
            name: "Orderer",
            mspId: "OrdererMSP",
            msp: organizationMsp(orderers),
            endpoints: orderers.nodes.map((_, index) => ({ host: "127.0.0.1", port: 7050 + index })),
          },
        ],
      },
      application: {
        organizations: [{ name: "Org1", mspId: "Org1MSP", msp: organizationMsp({ ...orderers, mspId: "Org1MSP" }), anchorPeers: [] }],
      },
    });
    return ChannelBundle.fromConfig("trade", configFromBlock(genesis).config);
  }

  function signed(bundle: ChannelBundle, by: readonly LocalSigningIdentity[]): common.Block {
    const block = buildBlock(3, Buffer.alloc(32, 1), [ENVELOPE]);
    signAsOrderers(block, 0, bundle, by);
    return block;
  }

  const signatures = (block: common.Block): common.MetadataSignature[] =>
    fromBinary(common.MetadataSchema, block.metadata?.metadata[BlockSlot.signatures] ?? new Uint8Array()).signatures;

  it("is one signature of the leader under Raft", () => {
    const bundle = bundleOf("etcdraft");
    const block = signed(bundle, members);
    expect(signatures(block)).toHaveLength(1);
    expect(() => verifyBlock(block, bundle)).not.toThrow();
    expect(missingQuorum(bundle, [])).toBeUndefined();
  });

  it("is a quorum of signatures under BFT, whoever leads", () => {
    const bundle = bundleOf("BFT");
    for (const by of [members, members.toReversed(), members.slice(1)]) {
      const block = signed(bundle, by);
      expect(signatures(block)).toHaveLength(3);
      expect(() => verifyBlock(block, bundle)).not.toThrow();
      expect(missingQuorum(bundle, by)).toBeUndefined();
    }
  });

  it("cannot be said under BFT by fewer than a quorum", () => {
    const bundle = bundleOf("BFT");
    expect(missingQuorum(bundle, members.slice(0, 2))).toContain("3 are needed");
    expect(() => verifyBlock(signed(bundle, members.slice(0, 2)), bundle)).toThrow(
      expect.objectContaining({ code: "FABRIC_BLOCK_INVALID" }) as Error,
    );
  });
});
