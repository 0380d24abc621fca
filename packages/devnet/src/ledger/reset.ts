import { existsSync, renameSync, rmSync } from "node:fs";
import { fromBinary } from "@bufbuild/protobuf";
import { rwset } from "@heddle/fabric/wire";
import { devnetErrors } from "../errors.ts";
import { sameBytes } from "./blocks.ts";
import { ChannelLedger } from "./ledger.ts";

/** What to take back. */
export interface ResetRequest {
  readonly channelId: string;
  /** The ledger's file; nobody else may have it open. */
  readonly file: string;
  /** Number of the last block that stays. */
  readonly block: number;
}

/**
 * Takes a kept ledger back to a block: the blocks up to it are validated and committed anew into a
 * second file, which then takes the place of the first in one step. The commit hash at the end has to
 * be the one the ledger had there.
 *
 * Throws DEVNET_RESET_REFUSED for a block that is not there, DEVNET_LEDGER_MISSING, DEVNET_LEDGER_DAMAGED.
 */
export function resetLedger({ channelId, file, block }: ResetRequest): void {
  if (!existsSync(file)) throw devnetErrors.create("DEVNET_LEDGER_MISSING", { channel: channelId });
  const part = `${file}.reset`;
  removeDatabase(part);
  const source = ChannelLedger.open({ channelId, store: { kind: "file", file } });
  try {
    if (block < 0 || block >= source.height) {
      throw devnetErrors.create("DEVNET_RESET_REFUSED", { channel: channelId, block, last: source.height - 1 });
    }
    const target = ChannelLedger.create({ channelId, store: { kind: "file", file: part } }, ordererBlock(source, 0));
    try {
      for (let number = 1; number <= block; number += 1) replay(source, target, number);
      if (!sameBytes(target.commitHash, source.block(block)?.commitHash ?? new Uint8Array()))
        throw devnetErrors.create("DEVNET_LEDGER_DAMAGED", {
          channel: channelId,
          reason: `block ${block} has another commit hash when it is replayed`,
        });
    } finally {
      target.close();
    }
  } finally {
    // Closing the last connection folds the write-ahead log into the file.
    source.close();
  }
  removeDatabase(file, ["-wal", "-shm"]);
  renameSync(part, file);
}

/** Commits one block of another ledger, with the private writes that organisations kept of it. */
function replay(source: ChannelLedger, target: ChannelLedger, number: number): void {
  const txIds = source.block(number)?.txIds ?? [];
  for (const { tx, owner, bytes } of source.keptPrivateSets(number)) {
    const txId = txIds[tx];
    if (txId !== undefined) target.storePrivate(txId, owner, fromBinary(rwset.TxPvtReadWriteSetSchema, bytes));
  }
  target.commit(ordererBlock(source, number));
}

function ordererBlock(ledger: ChannelLedger, number: number): Uint8Array {
  const bytes = ledger.ordererBlock(number);
  if (bytes === undefined)
    throw devnetErrors.create("DEVNET_LEDGER_DAMAGED", { channel: ledger.channelId, reason: `block ${number} is missing` });
  return bytes;
}

function removeDatabase(file: string, endings: readonly string[] = ["", "-wal", "-shm"]): void {
  for (const ending of endings) rmSync(`${file}${ending}`, { force: true });
}
