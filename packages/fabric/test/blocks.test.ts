import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { isHeddleError } from "@heddle/network";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  blockDataHash,
  blockHeaderBytes,
  blockHeaderHash,
  BlockSlot,
  buildBlock,
  ChannelBundle,
  createGenesisBlock,
  createLocalSigningIdentity,
  encodeBlock,
  sha256,
  signBlock,
  signBlockBft,
  verifyBlock,
} from "../src/index.ts";
import { isCanonicalEnvelope } from "../src/protocol/canonical.ts";
import { common } from "../src/wire.ts";
import { channelConfig, channelSpec, createOrganizations, first, identityOf } from "./support/channel.ts";
import { makeCertificate } from "./support/certificates.ts";
import { findTool, runTool } from "./support/tools.ts";

const organizations = await createOrganizations();
const raft = ChannelBundle.fromConfig("trade", channelConfig(channelSpec(organizations)));
const ordererIdentity = identityOf(organizations.orderer, "orderer0");
const openssl = findTool("openssl");

const envelope = (payload: string) =>
  toBinary(common.EnvelopeSchema, create(common.EnvelopeSchema, { payload: Buffer.from(payload), signature: Buffer.from("signed") }));

function signedBlock(number = 5, transactions = [envelope("one"), envelope("two")]): common.Block {
  const block = buildBlock(number, sha256(Buffer.from("before")), transactions);
  signBlock(block, { lastConfigIndex: 3, consenterMetadata: Buffer.from("raft") }, ordererIdentity);
  return block;
}

const copyOf = (block: common.Block): common.Block => fromBinary(common.BlockSchema, encodeBlock(block));
const header = (block: common.Block): common.BlockHeader => block.header ?? create(common.BlockHeaderSchema);
const slots = (block: common.Block): Uint8Array[] => block.metadata?.metadata ?? [];
const refused = expect.objectContaining({ code: "FABRIC_BLOCK_INVALID" }) as Error;

/** Whether the Raft channel takes a block; anything but a refusal is an error. */
function isAccepted(block: common.Block): boolean {
  try {
    verifyBlock(block, raft);
    return true;
  } catch (error) {
    if (isHeddleError(error, "FABRIC_BLOCK_INVALID")) return false;
    throw error;
  }
}

describe("a block's header", () => {
  it("is hashed as DER of number, previous hash and data hash", () => {
    const bytes = (number: bigint) =>
      blockHeaderBytes(
        create(common.BlockHeaderSchema, { number, previousHash: Buffer.from([1]), dataHash: Buffer.from([2, 3]) }),
      ).toString("hex");
    expect(bytes(0n)).toBe("300a020100040101" + "04020203");
    expect(bytes(127n)).toBe("300a02017f040101" + "04020203");
    expect(bytes(128n)).toBe("300b02020080040101" + "04020203");
    expect(bytes(2n ** 64n - 1n)).toBe("3012020900ffffffffffffffff040101" + "04020203");
    expect(blockHeaderHash(create(common.BlockHeaderSchema))).toEqual(sha256(Buffer.from("3007020100" + "04000400", "hex")));
  });

  it("has the hash of all transactions one after the other", () => {
    expect(blockDataHash([Buffer.from("ab"), Buffer.from("c")])).toEqual(blockDataHash([Buffer.from("a"), Buffer.from("bc")]));
    expect(blockDataHash([Buffer.from("abc")])).toEqual(sha256(Buffer.from("abc")));
    expect(blockDataHash([])).toEqual(sha256());
  });

  it.skipIf(openssl === undefined)(
    `is DER that openssl reads, for any number${openssl === undefined ? " (skipped: no openssl)" : ""}`,
    () => {
      fc.assert(
        fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (number) => {
          const bytes = blockHeaderBytes(
            create(common.BlockHeaderSchema, { number, previousHash: Buffer.alloc(32, 1), dataHash: Buffer.alloc(32, 2) }),
          );
          const text = runTool(openssl, ["asn1parse", "-inform", "DER"], { input: bytes }).toString();
          expect(BigInt(`0x${/INTEGER\s+:([0-9A-F]+)/.exec(text)?.[1] ?? ""}`)).toBe(number);
        }),
        { numRuns: 12 },
      );
    },
  );
});

describe("a block", () => {
  it("has five metadata slots, of which the orderer fills two", () => {
    const block = signedBlock();
    expect(slots(block)).toHaveLength(5);
    const { value, signatures } = fromBinary(common.MetadataSchema, slots(block)[BlockSlot.signatures] ?? new Uint8Array());
    expect(signatures).toHaveLength(1);
    const statement = fromBinary(common.OrdererBlockMetadataSchema, value);
    expect([statement.lastConfig?.index, Buffer.from(statement.consenterMetadata).toString()]).toEqual([3n, "raft"]);
    const last = fromBinary(common.MetadataSchema, slots(block)[BlockSlot.lastConfig] ?? new Uint8Array());
    expect(fromBinary(common.LastConfigSchema, last.value).index).toBe(3n);
    expect([BlockSlot.transactionsFilter, BlockSlot.orderer, BlockSlot.commitHash].map((slot) => slots(block)[slot]?.length)).toEqual([
      0, 0, 0,
    ]);
  });

  it("is accepted with its orderer's signature", () => {
    expect(() => verifyBlock(signedBlock(), raft)).not.toThrow();
    expect(() => verifyBlock(copyOf(signedBlock()), raft)).not.toThrow();
  });

  it("is not accepted with a peer's signature, or with one of a stranger who says he is an orderer", () => {
    const byPeer = buildBlock(5, sha256(), [envelope("one")]);
    signBlock(byPeer, { lastConfigIndex: 0 }, identityOf(organizations.one, "peer0"));
    expect(() => verifyBlock(byPeer, raft)).toThrow(refused);
    const stranger = makeCertificate({
      commonName: "orderer",
      units: ["orderer"],
      issuer: makeCertificate({ commonName: "ca", ca: true }),
    });
    const key = stranger.keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const byStranger = buildBlock(5, sha256(), [envelope("one")]);
    signBlock(byStranger, { lastConfigIndex: 0 }, createLocalSigningIdentity("OrdererMSP", stranger.pem, key));
    expect(() => verifyBlock(byStranger, raft)).toThrow(refused);
  });

  it.each<[string, (block: common.Block) => void]>([
    ["another number", (block) => void (header(block).number += 1n)],
    ["another previous hash", (block) => void (header(block).previousHash = sha256())],
    ["another data hash", (block) => void (header(block).dataHash = sha256())],
    ["a transaction less", (block) => void block.data?.data.pop()],
    ["a transaction more", (block) => void block.data?.data.push(envelope("three"))],
    ["transactions in another order", (block) => void block.data?.data.reverse()],
    ["no header", (block) => void delete block.header],
    ["no data", (block) => void delete block.data],
    ["no metadata", (block) => void delete block.metadata],
    ["no slots", (block) => void (block.metadata = create(common.BlockMetadataSchema))],
    ["no signature", (block) => void (slots(block)[BlockSlot.signatures] = new Uint8Array())],
    ["signatures that are none", (block) => void (slots(block)[BlockSlot.signatures] = Buffer.from([0xff]))],
    [
      "a signature header that is none",
      (block) =>
        void (slots(block)[BlockSlot.signatures] = toBinary(
          common.MetadataSchema,
          create(common.MetadataSchema, { signatures: [{ signatureHeader: Buffer.from([0xff]) }] }),
        )),
    ],
    [
      "a number in place of the signer",
      (block) =>
        void (slots(block)[BlockSlot.signatures] = toBinary(
          common.MetadataSchema,
          create(common.MetadataSchema, { signatures: [{ identifierHeader: Buffer.from([8, 1]) }] }),
        )),
    ],
  ])("is not accepted with %s", (_, damage) => {
    const block = copyOf(signedBlock());
    damage(block);
    expect(() => verifyBlock(block, raft)).toThrow(refused);
  });

  it("is not accepted when any byte of what is signed differs", () => {
    const bytes = encodeBlock(signedBlock());
    const essence = (block: common.Block) => {
      const { value, signatures } = fromBinary(common.MetadataSchema, slots(block)[BlockSlot.signatures] ?? new Uint8Array());
      const signed = signatures.map((entry) => Buffer.concat([entry.signatureHeader, entry.signature]).toString("hex"));
      return [blockHeaderHash(header(block)).toString("hex"), Buffer.from(value).toString("hex"), ...signed];
    };
    const original = essence(signedBlockOf(bytes));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = Uint8Array.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        const block = tryBlock(damaged);
        // A flip that leaves what is signed as it was touches only what nobody signs, such as the copy of last_config.
        fc.pre(block !== undefined);
        expect(isAccepted(block ?? create(common.BlockSchema))).toBe(
          JSON.stringify(tryEssence(essence, block)) === JSON.stringify(original),
        );
      }),
      { numRuns: 300 },
    );
  });
});

function signedBlockOf(bytes: Uint8Array): common.Block {
  return fromBinary(common.BlockSchema, bytes);
}

function tryBlock(bytes: Uint8Array): common.Block | undefined {
  try {
    return fromBinary(common.BlockSchema, bytes);
  } catch {
    return undefined;
  }
}

function tryEssence(essence: (block: common.Block) => string[], block: common.Block | undefined): string[] {
  try {
    if (block === undefined || !Buffer.from(blockDataHash(block.data?.data ?? [])).equals(header(block).dataHash)) return [];
    return essence(block);
  } catch {
    return [];
  }
}

describe("a block of a BFT channel", () => {
  const root = makeCertificate({ commonName: "ca", ca: true });
  const nodes = [1, 2, 3, 4].map((id) => {
    const certificate = makeCertificate({ commonName: `orderer${id}`, units: ["orderer"], issuer: root });
    const key = certificate.keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    return { id, pem: certificate.pem, identity: createLocalSigningIdentity("OrdererMSP", certificate.pem, key) };
  });
  const spec = channelSpec(
    { ...organizations, orderer: { ...organizations.orderer, ca: { ...organizations.orderer.ca, certificatePem: root.pem } } },
    "BFT",
  );
  const bundle = ChannelBundle.fromConfig(
    "trade",
    channelConfig({
      ...spec,
      orderer: {
        ...spec.orderer,
        consenters: spec.orderer.consenters.map((one, index) => ({ ...one, identityPem: nodes[index]?.pem ?? "" })),
      },
    }),
  );
  const blockBy = (...ids: number[]): common.Block => {
    const block = buildBlock(5, sha256(), [envelope("one")]);
    const signers = ids.map((id) => ({ id, identity: first(nodes.filter((node) => node.id === id || id > 4)).identity }));
    signBlockBft(block, { lastConfigIndex: 0 }, signers);
    return block;
  };

  it("needs a quorum of consenters, each counted once", async () => {
    for (const ids of [
      [1, 2, 3],
      [4, 2, 1],
      [1, 2, 3, 4],
    ]) {
      const block = blockBy(...ids);
      expect(() => verifyBlock(block, bundle)).not.toThrow();
    }
    for (const ids of [[], [1], [1, 2], [1, 1, 1], [1, 2, 2]]) {
      const block = blockBy(...ids);
      expect(() => verifyBlock(block, bundle)).toThrow(refused);
    }
  });

  it("takes no notice of numbers that no consenter has", async () => {
    const two = blockBy(1, 2, 9);
    expect(() => verifyBlock(two, bundle)).toThrow(refused);
    const three = blockBy(1, 9, 2, 3);
    expect(() => verifyBlock(three, bundle)).not.toThrow();
  });

  it("is not one of a Raft channel: there a signature without signer is nobody's", async () => {
    const block = blockBy(1, 2, 3, 4);
    expect(() => verifyBlock(block, raft)).toThrow(refused);
  });
});

describe("an envelope's canonical form", () => {
  const good = envelope("payload");
  const [payload, signature] = [good.subarray(0, 9), good.subarray(9)];
  const long = envelope("x".repeat(300));

  it.each<[string, boolean, Uint8Array]>([
    ["as it is made", true, good],
    ["with a long payload", true, long],
    ["with unknown fields at the end", true, Buffer.concat([good, Buffer.from([0x1a, 1, 0x78, 0x20, 5, 0x2d, 1, 2, 3, 4])])],
    ["with a field of a known number and another type at the end", true, Buffer.concat([good, Buffer.from([0x08, 1])])],
    ["with the signature first", false, Buffer.concat([signature, payload])],
    ["without signature", false, payload],
    ["without payload", false, signature],
    ["with an empty signature", false, Buffer.concat([payload, Buffer.from([0x12, 0])])],
    ["with an empty payload", false, Buffer.concat([Buffer.from([0x0a, 0]), signature])],
    ["with the payload twice", false, Buffer.concat([payload, payload, signature])],
    ["with the signature twice", false, Buffer.concat([good, signature])],
    ["with an unknown field before", false, Buffer.concat([Buffer.from([0x1a, 0]), good])],
    ["with an unknown field between", false, Buffer.concat([payload, Buffer.from([0x1a, 0]), signature])],
    ["with a length in two bytes that needs one", false, Buffer.concat([Buffer.from([0x0a, 0x87, 0]), payload.subarray(2), signature])],
    ["with a tag in two bytes that needs one", false, Buffer.concat([Buffer.from([0x8a, 0]), payload.subarray(1), signature])],
    ["cut short", false, good.subarray(0, good.length - 1)],
    ["with half a field at the end", false, Buffer.concat([good, Buffer.from([0x1a])])],
    ["with a field that is longer than what is left", false, Buffer.concat([good, Buffer.from([0x1a, 9, 1])])],
    ["empty", false, new Uint8Array()],
  ])("%s: %s", (_, canonical, bytes) => {
    expect(isCanonicalEnvelope(bytes)).toBe(canonical);
    const block = buildBlock(1, sha256(), [good, bytes]);
    signBlock(block, { lastConfigIndex: 0 }, ordererIdentity);
    expect(isAccepted(block)).toBe(canonical);
  });

  it("is what marshaling gives, whatever the payload and signature", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40_000 }), fc.uint8Array({ minLength: 1, maxLength: 200 }), (one, two) => {
        expect(isCanonicalEnvelope(toBinary(common.EnvelopeSchema, create(common.EnvelopeSchema, { payload: one, signature: two })))).toBe(
          true,
        );
      }),
    );
  });

  it("does not matter for a configuration, which the orderer writes itself", () => {
    const genesis = fromBinary(common.BlockSchema, createGenesisBlock(channelSpec(organizations)));
    const block = buildBlock(1, sha256(), genesis.data?.data ?? []);
    signBlock(block, { lastConfigIndex: 1 }, ordererIdentity);
    expect(() => verifyBlock(block, raft)).not.toThrow();
  });
});
