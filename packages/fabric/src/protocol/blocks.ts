import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { sha256 } from "../crypto/hash.ts";
import type { LocalSigningIdentity } from "../msp/signing-identity.ts";
import { common } from "../wire.ts";
import { writeDer } from "../x509/der.ts";
import { createNonce, createSignatureHeader } from "./headers.ts";

/** The five metadata slots of a block, all always present (Fabric: protoutil/blockutils.go). */
export const BlockSlot = { signatures: 0, lastConfig: 1, transactionsFilter: 2, orderer: 3, commitHash: 4 } as const;

/** Length of the hashes that a header holds; block 0 has no previous one. */
const HASH_BYTES = 32;

/** A non-negative number as the content of a DER INTEGER. */
function integerContent(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
}

/** The bytes of a header that are hashed and signed: DER of number, previous hash and data hash. */
export function blockHeaderBytes({ number, previousHash, dataHash }: common.BlockHeader): Buffer {
  const index = integerContent(number);
  if (previousHash.length !== HASH_BYTES || dataHash.length !== HASH_BYTES)
    return writeDer(0x30, writeDer(0x02, index), writeDer(0x04, previousHash), writeDer(0x04, dataHash));
  // The same with lengths that are known, in one piece: whoever reads a ledger needs it several times a block.
  const bytes = Buffer.allocUnsafe(index.length + 2 * HASH_BYTES + 8);
  bytes.set([0x30, bytes.length - 2, 0x02, index.length]);
  bytes.set(index, 4);
  const second = index.length + 4;
  bytes.set([0x04, HASH_BYTES], second);
  bytes.set(previousHash, second + 2);
  bytes.set([0x04, HASH_BYTES], second + HASH_BYTES + 2);
  bytes.set(dataHash, second + HASH_BYTES + 4);
  return bytes;
}

/** A block's hash: what the next block's header calls the previous hash. */
export function blockHeaderHash(header: common.BlockHeader): Buffer {
  return sha256(blockHeaderBytes(header));
}

/** SHA-256 over all transactions one after the other, without lengths between them. */
export function blockDataHash(envelopes: readonly Uint8Array[]): Buffer {
  return sha256(...envelopes);
}

/**
 * The hash of a block's header, and the commit hash that a peer wrote into its metadata: empty where it wrote none.
 * Throws RangeError for bytes that are no whole block.
 */
export function blockHashes(bytes: Uint8Array): { readonly hash: Buffer; readonly commitHash: Buffer } {
  const { header, metadata } = fromBinary(common.BlockSchema, bytes);
  if (header === undefined) throw new RangeError("the block has no header");
  const { value } = fromBinary(common.MetadataSchema, metadata?.metadata[BlockSlot.commitHash] ?? new Uint8Array());
  return { hash: blockHeaderHash(header), commitHash: Buffer.from(value) };
}

/** Number of the last block with a configuration, as a block's orderer signed it (Fabric: protoutil.GetLastConfigIndexFromBlock). Throws RangeError. */
export function lastConfigOf({ header, metadata }: common.Block): number {
  if (header?.number === 0n) return 0;
  const { value } = fromBinary(common.MetadataSchema, metadata?.metadata[BlockSlot.signatures] ?? new Uint8Array());
  const { lastConfig } = fromBinary(common.OrdererBlockMetadataSchema, value);
  if (lastConfig === undefined) throw new RangeError("the block names no configuration");
  return Number(lastConfig.index);
}

/** A block with its header filled and empty metadata. */
export function buildBlock(number: number | bigint, previousHash: Uint8Array, envelopes: readonly Uint8Array[]): common.Block {
  return create(common.BlockSchema, {
    header: { number: BigInt(number), previousHash, dataHash: blockDataHash(envelopes) },
    data: { data: [...envelopes] },
    metadata: { metadata: Array.from({ length: 5 }, () => new Uint8Array()) },
  });
}

/** What an orderer says about a block beside its content. */
export interface OrdererStatement {
  readonly lastConfigIndex: number;
  /** Marshaled consenter metadata; Raft: Metadata holding etcdraft.BlockMetadata. */
  readonly consenterMetadata?: Uint8Array;
}

function statementBytes(statement: OrdererStatement): Uint8Array {
  const value = create(common.OrdererBlockMetadataSchema, {
    lastConfig: { index: BigInt(statement.lastConfigIndex) },
    consenterMetadata: statement.consenterMetadata ?? new Uint8Array(),
  });
  return toBinary(common.OrdererBlockMetadataSchema, value);
}

function fillSlots(block: common.Block, value: Uint8Array, signatures: common.MetadataSignature[], lastConfigIndex: number): void {
  const slots = block.metadata?.metadata;
  if (slots === undefined) throw new RangeError("the block has no metadata");
  const lastConfig = toBinary(common.LastConfigSchema, create(common.LastConfigSchema, { index: BigInt(lastConfigIndex) }));
  slots[BlockSlot.signatures] = toBinary(common.MetadataSchema, create(common.MetadataSchema, { value, signatures }));
  // A copy for old readers, which nobody signs (Fabric: orderer/common/multichannel/blockwriter.go).
  slots[BlockSlot.lastConfig] = toBinary(common.MetadataSchema, create(common.MetadataSchema, { value: lastConfig }));
}

function requireHeader(block: common.Block): common.BlockHeader {
  if (block.header === undefined) throw new RangeError("the block has no header");
  return block.header;
}

/** Signs a block as a Raft orderer does, in place. Synchronous, since ordering waits for it. */
export function signBlock(block: common.Block, statement: OrdererStatement, identity: LocalSigningIdentity): void {
  const value = statementBytes(statement);
  const signatureHeader = createSignatureHeader(identity.serialized);
  const signature = identity.signSync(Buffer.concat([value, signatureHeader, blockHeaderBytes(requireHeader(block))]));
  const entry = create(common.MetadataSignatureSchema, { signatureHeader, signature });
  fillSlots(block, value, [entry], statement.lastConfigIndex);
}

/** A consenter of a BFT channel: its number in the channel's list, and its identity. */
export interface BftConsenter {
  readonly id: number;
  readonly identity: LocalSigningIdentity;
}

/** Signs a block as a quorum of BFT consenters does, in place: each signature names its consenter by number. Synchronous, since ordering waits for it. */
export function signBlockBft(block: common.Block, statement: OrdererStatement, consenters: readonly BftConsenter[]): void {
  const value = statementBytes(statement);
  const header = blockHeaderBytes(requireHeader(block));
  const signatures = consenters.map(({ id, identity }) => {
    const identifierHeader = toBinary(
      common.IdentifierHeaderSchema,
      create(common.IdentifierHeaderSchema, { identifier: id, nonce: createNonce() }),
    );
    const signature = identity.signSync(Buffer.concat([value, identifierHeader, header]));
    return create(common.MetadataSignatureSchema, { identifierHeader, signature });
  });
  fillSlots(block, value, signatures, statement.lastConfigIndex);
}

/** A block's bytes, in Fabric's field order. */
export function encodeBlock(block: common.Block): Uint8Array {
  return toBinary(common.BlockSchema, block);
}
