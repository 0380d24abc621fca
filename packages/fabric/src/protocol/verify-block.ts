import { fromBinary } from "@bufbuild/protobuf";
import type { ChannelBundle } from "../config/bundle.ts";
import { serializeIdentity } from "../msp/signing-identity.ts";
import type { SignedData } from "../policy/evaluator.ts";
import { common } from "../wire.ts";
import { fabricErrors } from "../errors.ts";
import { blockDataHash, blockHeaderBytes, BlockSlot } from "./blocks.ts";

function invalid(reason: string): Error {
  return fabricErrors.create("FABRIC_BLOCK_INVALID", { reason });
}

/**
 * Checks what a block says of itself: its data hash and the orderers' signatures, by the policy
 * `/Channel/Orderer/BlockValidation` of the configuration in force (Fabric: protoutil/signer.go,
 * internal/pkg/peer/orderers). Throws `FABRIC_BLOCK_INVALID`.
 */
export function verifyBlock(block: common.Block, bundle: ChannelBundle): void {
  const { header, data } = block;
  if (header === undefined || data === undefined) throw invalid("its header or data are missing");
  if (Buffer.compare(blockDataHash(data.data), header.dataHash) !== 0)
    throw invalid(`the data of block ${header.number} does not have the hash that its header states`);
  const slot = block.metadata?.metadata[BlockSlot.signatures];
  if (slot === undefined) throw invalid(`block ${header.number} has no signatures`);
  const metadata = decodeMetadata(slot);
  const signed = metadata.signatures.flatMap((signature) => signedData(signature, metadata.value, blockHeaderBytes(header), bundle));
  try {
    bundle.policies.get("/Channel/Orderer/BlockValidation").evaluate(signed);
  } catch (cause) {
    throw fabricErrors.create(
      "FABRIC_BLOCK_INVALID",
      { reason: `the signatures of block ${header.number} do not satisfy the orderers' policy` },
      { cause },
    );
  }
}

function decodeMetadata(slot: Uint8Array): common.Metadata {
  try {
    return fromBinary(common.MetadataSchema, slot);
  } catch (cause) {
    throw fabricErrors.create("FABRIC_BLOCK_INVALID", { reason: "its signatures cannot be decoded" }, { cause });
  }
}

function signedData(entry: common.MetadataSignature, value: Uint8Array, header: Uint8Array, bundle: ChannelBundle): SignedData[] {
  if (entry.identifierHeader.length === 0) {
    const { creator } = fromBinary(common.SignatureHeaderSchema, entry.signatureHeader);
    return [{ data: Buffer.concat([value, entry.signatureHeader, header]), identity: creator, signature: entry.signature }];
  }
  const { identifier } = fromBinary(common.IdentifierHeaderSchema, entry.identifierHeader);
  const consenter = bundle.consenters.find((one) => one.id === identifier);
  if (consenter === undefined) return [];
  const identity = serializeIdentity(consenter.mspId, Buffer.from(consenter.identity).toString());
  return [{ data: Buffer.concat([value, entry.identifierHeader, header]), identity, signature: entry.signature }];
}
