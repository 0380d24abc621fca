import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import {
  blockDataHash,
  blockHeaderHash,
  BlockSlot,
  buildBlock,
  ChannelBundle,
  configFromBlock,
  createCertificateAuthority,
  createLocalSigningIdentity,
  signBlock,
  verifyBlock,
} from "@heddle/fabric";
import { common, peer } from "@heddle/fabric/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ChannelLedger } from "../src/ledger/ledger.ts";
import { ordererBlock, readVector, storedCommitHash, vectorNames, type Vector, type VectorTransaction } from "./support/vectors.ts";

type Verdict = Omit<VectorTransaction, "what">;

const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? new Uint8Array()).toString("hex");

/** Commits the recorded blocks to a new ledger; what it found, and where what it stored is not what the real peer stored. */
function replay(ledger: ChannelLedger, vector: Vector): { verdicts: Verdict[]; differing: string[] } {
  const verdicts: Verdict[] = [{ block: 0, index: 0, code: "VALID" }];
  const differing: string[] = [];
  for (const stored of vector.blocks.slice(1, vector.replayed)) {
    const { number, codes, commitHash, bytes } = ledger.commit(ordererBlock(stored));
    verdicts.push(...codes.map((code, index) => ({ block: number, index, code: peer.TxValidationCode[code] ?? String(code) })));
    if (hex(commitHash) !== hex(storedCommitHash(fromBinary(common.BlockSchema, stored)))) differing.push(`commit hash ${number}`);
    if (hex(bytes) !== hex(stored)) differing.push(`bytes ${number}`);
  }
  return { verdicts, differing };
}

function recordedVerdicts(vector: Vector): Verdict[] {
  return vector.transactions.filter(({ block }) => block < vector.replayed).map(({ block, index, code }) => ({ block, index, code }));
}

describe("channels recorded from real Fabric", () => {
  let folder: string;
  const seen = { vectors: 0, blocks: 0, transactions: 0, codes: new Set<string>() };

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "heddle-vectors-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe.each(vectorNames)("%s", (name) => {
    const vector = readVector(name);
    const [genesis = new Uint8Array()] = vector.blocks;

    it("gives the flags, commit hashes and bytes that the real peer stored", () => {
      const ledger = ChannelLedger.create({ channelId: vector.channel, store: { kind: "memory" } }, ordererBlock(genesis));
      const { verdicts, differing } = replay(ledger, vector);
      expect(verdicts).toEqual(recordedVerdicts(vector));
      expect(differing).toEqual([]);
      ledger.close();
      seen.vectors += 1;
      seen.blocks += vector.replayed;
      seen.transactions += verdicts.length;
      for (const { code } of verdicts) seen.codes.add(code);
    });

    it("gives the same from a kept ledger, opened again", () => {
      const options = { channelId: vector.channel, store: { kind: "file", file: path.join(folder, `${name}.db`) } } as const;
      const ledger = ChannelLedger.create(options, ordererBlock(genesis));
      const { verdicts, differing } = replay(ledger, vector);
      ledger.close();
      expect({ verdicts, differing }).toEqual({ verdicts: recordedVerdicts(vector), differing: [] });
      const reopened = ChannelLedger.open(options);
      expect(reopened.height).toBe(vector.replayed);
      expect(hex(reopened.block(vector.replayed - 1)?.bytes)).toBe(hex(vector.blocks[vector.replayed - 1]));
      reopened.close();
    });

    it("has hashes and orderers' signatures that hold, and would be refused with others", () => {
      let bundle = ChannelBundle.fromConfig(vector.channel, configFromBlock(genesis).config);
      let previous = blockHeaderHash(fromBinary(common.BlockSchema, genesis).header ?? fail("no header"));
      for (const bytes of vector.blocks.slice(1)) {
        const block = fromBinary(common.BlockSchema, bytes);
        const header = block.header ?? fail("no header");
        expect(hex(header.previousHash)).toBe(hex(previous));
        expect(hex(header.dataHash)).toBe(hex(blockDataHash(block.data?.data ?? [])));
        verifyBlock(block, bundle);
        previous = blockHeaderHash(header);
        if (isConfig(block)) bundle = ChannelBundle.fromConfig(vector.channel, configFromBlock(bytes).config);
        const damaged = fromBinary(common.BlockSchema, bytes);
        if (damaged.header !== undefined) damaged.header.number += 1n;
        expect(() => verifyBlock(damaged, bundle)).toThrow(expect.objectContaining({ code: "FABRIC_BLOCK_INVALID" }) as Error);
      }
    });

    it("has metadata as devnet's orderer writes it", async () => {
      const authority = await createCertificateAuthority({ commonName: "ca", organization: "Orderer" });
      const issued = await authority.issue({ commonName: "orderer", role: "orderer", usage: "sign" });
      const identity = createLocalSigningIdentity("OrdererMSP", issued.certificatePem, issued.privateKeyPem);
      for (const bytes of vector.blocks.slice(1)) {
        const recorded = fromBinary(common.BlockSchema, bytes);
        const slots = recorded.metadata?.metadata ?? [];
        const { value } = fromBinary(common.MetadataSchema, slots[BlockSlot.signatures] ?? new Uint8Array());
        const { lastConfig, consenterMetadata } = fromBinary(common.OrdererBlockMetadataSchema, value);
        const built = buildBlock(recorded.header?.number ?? 0n, new Uint8Array(), recorded.data?.data ?? []);
        signBlock(built, { lastConfigIndex: Number(lastConfig?.index ?? 0n), consenterMetadata }, identity);
        const own = built.metadata?.metadata ?? [];
        expect(hex(fromBinary(common.MetadataSchema, own[BlockSlot.signatures] ?? new Uint8Array()).value)).toBe(hex(value));
        expect(own.slice(1, 2).map(hex)).toEqual(slots.slice(1, 2).map(hex));
      }
    });
  });

  it("are as many as they were, with every kind of verdict that a real peer gives on such channels", () => {
    expect(seen).toMatchObject({ vectors: 7, blocks: 269, transactions: 708 });
    expect([...seen.codes].toSorted()).toEqual([
      "BAD_COMMON_HEADER",
      "BAD_CREATOR_SIGNATURE",
      "BAD_HEADER_EXTENSION",
      "BAD_PROPOSAL_TXID",
      "BAD_RESPONSE_PAYLOAD",
      "BAD_RWSET",
      "DUPLICATE_TXID",
      "ENDORSEMENT_POLICY_FAILURE",
      "ILLEGAL_WRITESET",
      "INVALID_CHAINCODE",
      "INVALID_ENDORSER_TRANSACTION",
      "INVALID_OTHER_REASON",
      "MVCC_READ_CONFLICT",
      "PHANTOM_READ_CONFLICT",
      "VALID",
    ]);
  });
});

function isConfig(block: common.Block): boolean {
  try {
    const [transaction = new Uint8Array()] = block.data?.data ?? [];
    const payload = fromBinary(common.PayloadSchema, fromBinary(common.EnvelopeSchema, transaction).payload);
    return fromBinary(common.ChannelHeaderSchema, payload.header?.channelHeader ?? new Uint8Array()).type === common.HeaderType.CONFIG;
  } catch {
    return false;
  }
}

function fail(reason: string): never {
  throw new Error(reason);
}
