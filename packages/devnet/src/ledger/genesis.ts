import { ChannelBundle, configFromBlock } from "@heddle/fabric";
import { common, peer } from "@heddle/fabric/wire";

import { devnetErrors } from "../errors.ts";
import { txIdOfEnvelope } from "../validation/contents.ts";
import { tryDecode } from "../validation/wire.ts";
import { configKey } from "../validation/validator.ts";
import { receiveBlock } from "./blocks.ts";
import type { BlockBatch } from "./store.ts";

/**
 * What block 0 brings to a new ledger: the channel's configuration, taken as it
 * is, for nothing is there to check it against. It has no commit hash.
 * Throws DEVNET_GENESIS_INVALID.
 */
export function genesisBatch(channelId: string, bytes: Uint8Array): { batch: BlockBatch; bundle: ChannelBundle } {
  const invalid = (reason: string) => devnetErrors.create("DEVNET_GENESIS_INVALID", { channel: channelId, reason });
  const block = receiveBlock(bytes);
  if ("reason" in block) throw invalid(block.reason);
  const [envelope] = block.data;
  if (block.number !== 0 || envelope === undefined || block.data.length !== 1) throw invalid("it is not a block 0 with one transaction");
  const bundle = bundleOf(channelId, bytes, invalid);
  const payload = tryDecode(common.PayloadSchema, tryDecode(common.EnvelopeSchema, envelope)?.payload ?? new Uint8Array());
  if (payload === undefined) throw invalid("its transaction cannot be decoded");
  const txId = txIdOfEnvelope(envelope);
  const batch: BlockBatch = {
    block: {
      number: 0,
      hash: block.hash,
      bytes,
      codes: Uint8Array.of(peer.TxValidationCode.VALID),
      commitHash: new Uint8Array(),
      lastConfig: 0,
    },
    txIds: txId === "" ? [] : [{ txId, index: 0 }],
    state: [{ ns: "", key: configKey, value: payload.data, metadata: undefined, version: { block: 0, tx: 0 } }],
    hashes: [],
    privates: [],
    privateSets: [],
    history: [],
    spent: [],
  };
  return { batch, bundle };
}

function bundleOf(channelId: string, bytes: Uint8Array, invalid: (reason: string) => Error): ChannelBundle {
  let found: ReturnType<typeof configFromBlock>;
  try {
    found = configFromBlock(bytes);
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
  if (found.channelId !== channelId) throw invalid(`it is of channel ${found.channelId}`);
  try {
    return ChannelBundle.fromConfig(channelId, found.config);
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}
