import { fromBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import type { ChannelBundle } from "../config/bundle.ts";
import { fabricErrors } from "../errors.ts";
import { serializeIdentity } from "../msp/signing-identity.ts";
import type { SignedData } from "../policy/evaluator.ts";
import { common } from "../wire.ts";
import { blockDataHash, blockHeaderBytes, BlockSlot } from "./blocks.ts";
import { isCanonicalEnvelope } from "./canonical.ts";

function invalid(reason: string, cause?: unknown): Error {
  return fabricErrors.create("FABRIC_BLOCK_INVALID", { reason }, { cause });
}

/**
 * Checks what a block says of itself: its data hash, the form of its transactions and the orderers' signatures,
 * by the policy `/Channel/Orderer/BlockValidation` of the configuration in force (Fabric: protoutil/blockutils.go).
 * Whether it is the block that comes next, its number and previous hash, is for the caller to compare.
 * Throws `FABRIC_BLOCK_INVALID`.
 */
export function verifyBlock(block: common.Block, bundle: ChannelBundle): void {
  const { header, data } = block;
  if (header === undefined || data === undefined) throw invalid("its header or data are missing");
  if (Buffer.compare(blockDataHash(data.data), header.dataHash) !== 0)
    throw invalid(`the data of block ${header.number} does not have the hash that its header states`);
  requireTransactions(header.number, data.data);
  const signed = signaturesOf(block, header, bundle);
  try {
    bundle.policies.get("/Channel/Orderer/BlockValidation").evaluate(signed);
  } catch (cause) {
    throw invalid(`the signatures of block ${header.number} do not satisfy the orderers' policy`, cause);
  }
}

/**
 * Checks the signatures of a block on other threads, so that {@link verifyBlock} finds them known to hold: for whoever
 * reads many blocks. It decides nothing, and never rejects; what it could not check, `verifyBlock` checks.
 */
export async function verifyBlockSignaturesAside(block: common.Block, bundle: ChannelBundle): Promise<void> {
  const { header } = block;
  if (header === undefined) return;
  try {
    const checks = signaturesOf(block, header, bundle).map(({ data, identity, signature }) =>
      bundle.msps.deserialize(identity).verifyAside(data, signature),
    );
    await Promise.all(checks);
  } catch {
    // A block or an identity that cannot be read: verifyBlock says what is wrong.
  }
}

function signaturesOf(block: common.Block, header: common.BlockHeader, bundle: ChannelBundle): SignedData[] {
  const slot = block.metadata?.metadata[BlockSlot.signatures];
  if (slot === undefined) throw invalid(`block ${header.number} has no signatures`);
  const metadata = decode(common.MetadataSchema, slot);
  const headerBytes = blockHeaderBytes(header);
  return metadata.signatures.flatMap((signature) => signedData(signature, metadata.value, headerBytes, bundle));
}

function requireTransactions(number: bigint, transactions: readonly Uint8Array[]): void {
  const [first] = transactions;
  if (first === undefined) throw invalid(`block ${number} is empty`);
  // The orderer makes a configuration's envelope itself, and nothing stands beside it.
  if (transactions.length === 1 && isConfiguration(first)) return;
  const wrong = transactions.findIndex((bytes) => !isCanonicalEnvelope(bytes));
  if (wrong >= 0) throw invalid(`transaction ${wrong} of block ${number} is not an envelope in its canonical form`);
}

function isConfiguration(bytes: Uint8Array): boolean {
  try {
    const payload = fromBinary(common.PayloadSchema, fromBinary(common.EnvelopeSchema, bytes).payload);
    return fromBinary(common.ChannelHeaderSchema, payload.header?.channelHeader ?? new Uint8Array()).type === common.HeaderType.CONFIG;
  } catch {
    return false;
  }
}

function decode<Schema extends DescMessage>(schema: Schema, bytes: Uint8Array): MessageShape<Schema> {
  try {
    return fromBinary(schema, bytes);
  } catch (cause) {
    throw invalid("its signatures cannot be decoded", cause);
  }
}

/** Consenters of a BFT channel sign by their number; all others by their identity. */
function signedData(entry: common.MetadataSignature, value: Uint8Array, header: Uint8Array, bundle: ChannelBundle): SignedData[] {
  const { signatureHeader, identifierHeader, signature } = entry;
  if (!bundle.capabilities.channel.has("V3_0") || signatureHeader.length > 0 || identifierHeader.length === 0) {
    const { creator } = decode(common.SignatureHeaderSchema, signatureHeader);
    return [{ data: Buffer.concat([value, signatureHeader, header]), identity: creator, signature }];
  }
  const { identifier } = decode(common.IdentifierHeaderSchema, identifierHeader);
  const consenter = bundle.consenters.find((one) => one.id === identifier);
  if (consenter === undefined) return [];
  const identity = serializeIdentity(consenter.mspId, Buffer.from(consenter.identity).toString());
  return [{ data: Buffer.concat([value, identifierHeader, header]), identity, signature }];
}
