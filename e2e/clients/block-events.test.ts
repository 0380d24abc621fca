import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkpointers, StatusCode, type Checkpointer } from "@hyperledger/fabric-gateway";
import { common, peer } from "@hyperledger/fabric-protos";
import { blockHeaderHash } from "@heddle/fabric";
import { create, fromBinary } from "@bufbuild/protobuf";
import { common as wire, peer as wirePeer } from "@heddle/fabric/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestNetwork } from "../../packages/devnet/test/support/network.ts";
import { numberOf, take, transactionsOf } from "./support/blocks.ts";
import { open, type Connection } from "./support/client.ts";
import { startNetwork } from "./support/network.ts";
import { refusal } from "./support/refusal.ts";
import { until } from "./support/until.ts";

describe("block events of the official client", () => {
  let network: TestNetwork;
  let one: Connection;
  let folder: string;

  beforeAll(async () => {
    network = await startNetwork({ storage: "kept" });
    one = open(network, 1);
    folder = mkdtempSync(path.join(tmpdir(), "heddle-checkpoint-"));
  });
  afterAll(async () => {
    one.close();
    rmSync(folder, { recursive: true });
    await network.close();
  });

  /** Commits a block with one transaction; its number. */
  async function commit(key = "block"): Promise<{ block: bigint; txId: string }> {
    const submitted = await one.contract.submitAsync("emit", { arguments: [key, "secret payload"] });
    const { blockNumber, transactionId, code } = await submitted.getStatus();
    expect(code).toBe(StatusCode.VALID);
    return { block: blockNumber, txId: transactionId };
  }

  it("delivers every block from the first one on, each with the hash of the one before", async () => {
    const { block: last } = await commit();
    const events = await one.network.getBlockEvents({ startBlock: 0n });
    const blocks = await take(events, Number(last) + 1);
    events.close();
    expect(blocks.map(numberOf)).toEqual(Array.from({ length: Number(last) + 1 }, (_, index) => index));
    for (const [index, block] of blocks.slice(1).entries()) {
      expect(Buffer.from(block.getHeader()?.getPreviousHash_asU8() ?? [])).toEqual(hashOf(blocks[index]));
      expect(block.getMetadata()?.getMetadataList()).toHaveLength(5);
    }
    expect(transactionsOf(blocks[0] ?? new common.Block())).toMatchObject([{ type: common.HeaderType.CONFIG, code: StatusCode.VALID }]);
  });

  it("begins with the next block when nothing else is asked for", async () => {
    const { block: before } = await commit();
    const events = await one.network.getBlockEvents();
    // The stream has to be open before the next block is made.
    const first = take(events, 1);
    const { block } = await untilSeen(first);
    expect(numberOf((await first)[0])).toBeGreaterThan(Number(before));
    expect(numberOf((await first)[0])).toBeLessThanOrEqual(Number(block));
    events.close();
  });

  /** Commits blocks until a reader has its first one. */
  async function untilSeen(reader: Promise<unknown>): Promise<{ block: bigint }> {
    let seen = false;
    const watch = reader.then(() => (seen = true));
    let latest = await commit();
    while (!seen) {
      latest = await commit();
      await Promise.race([watch, new Promise((resolve) => setImmediate(resolve))]);
    }
    return latest;
  }

  it("filters blocks down to ids, codes and events without their payload", async () => {
    const { block, txId } = await commit("Filtered");
    const events = await one.network.getFilteredBlockEvents({ startBlock: block });
    const [filtered] = await take(events, 1);
    events.close();
    expect(filtered?.toObject()).toEqual({
      channelId: "trade",
      number: Number(block),
      filteredTransactionsList: [
        {
          txid: txId,
          type: common.HeaderType.ENDORSER_TRANSACTION,
          txValidationCode: peer.TxValidationCode.VALID,
          transactionActions: {
            chaincodeActionsList: [{ chaincodeEvent: { chaincodeId: "clients", txId, eventName: "Filtered", payload: "" } }],
          },
        },
      ],
    });
  });

  it("filters the block of a configuration", async () => {
    const events = await one.network.getFilteredBlockEvents({ startBlock: 0n });
    const [filtered] = await take(events, 1);
    events.close();
    expect(filtered?.toObject()).toMatchObject({
      channelId: "trade",
      filteredTransactionsList: [
        { txid: "", type: common.HeaderType.CONFIG, txValidationCode: StatusCode.VALID, transactionActions: undefined },
      ],
    });
  });

  it("delivers blocks with the private data that there is", async () => {
    const { block } = await commit();
    const events = await one.network.getBlockAndPrivateDataEvents({ startBlock: 0n });
    const all = await take(events, Number(block) + 1);
    events.close();
    expect(all.map((one) => numberOf(one.getBlock()))).toEqual(Array.from({ length: Number(block) + 1 }, (_, index) => index));
    // Approvals are private data of the organisation whose peer this is; the other one's are not there.
    expect(all.flatMap((item) => collectionsOf(item))).toEqual(["0 _lifecycle/_implicit_org_Org1MSP"]);
  });

  describe.each([
    ["in memory", () => Promise.resolve(checkpointers.inMemory()), (checkpointer: Checkpointer) => Promise.resolve(checkpointer)],
    ["in a file", () => checkpointers.file(path.join(folder, "blocks")), () => checkpointers.file(path.join(folder, "blocks"))],
  ])("with a checkpoint %s", (_name, create_, reopen) => {
    it("goes on after the last block that was processed", async () => {
      const checkpointer = await create_();
      const { block: start } = await commit();
      await commit();
      const events = await one.network.getBlockEvents({ startBlock: start, checkpoint: checkpointer });
      const [first] = await take(events, 1);
      await checkpointer.checkpointBlock(BigInt(numberOf(first)));
      events.close();
      await commit();
      const resumed = await one.network.getFilteredBlockEvents({ startBlock: 0n, checkpoint: await reopen(checkpointer) });
      const rest = await take(resumed, 2);
      resumed.close();
      expect([numberOf(first), ...rest.map((block) => block.getNumber())]).toEqual([0, 1, 2].map((index) => Number(start) + index));
    });
  });

  it("refuses a stream of a channel that is not there, and one that begins beyond the next block", async () => {
    const nowhere = await one.gateway.getNetwork("nowhere").getBlockEvents({ startBlock: 0n });
    await expect(take(nowhere, 1)).rejects.toThrow("Unexpected status response: 404");
    const { block } = await commit();
    const beyond = await one.network.getBlockEvents({ startBlock: block + 5n });
    await expect(take(beyond, 1)).rejects.toThrow("Unexpected status response: 404");
  });

  it("sees every block exactly once although the peer goes away", async () => {
    const checkpointer = await checkpointers.file(path.join(folder, "break"));
    const { block: start } = await commit();
    await commit();
    const seen: number[] = [];
    const read = async (count: number): Promise<void> => {
      const events = await one.network.getBlockEvents({ startBlock: start, checkpoint: checkpointer });
      for (let index = 0; index < count; index += 1) {
        const [block] = await take(events, 1);
        seen.push(numberOf(block));
        await checkpointer.checkpointBlock(BigInt(numberOf(block)));
      }
      if (seen.length > 1) {
        events.close();
        return;
      }
      await network.restart();
      await refusal(Error, take(events, 10));
    };
    await read(1);
    await until("the peer is back", () => commit());
    await read(2);
    expect(seen).toEqual([0, 1, 2].map((index) => Number(start) + index));
  });
});

/** Index of each transaction with private data, and its collections. The client's own types do not say what its map holds. */
function collectionsOf(item: peer.BlockAndPrivateData): string[] {
  const { privateDataMap } = fromBinary(wirePeer.BlockAndPrivateDataSchema, item.serializeBinary());
  return Object.entries(privateDataMap).flatMap(([index, set]) =>
    set.nsPvtRwset.flatMap(({ namespace, collectionPvtRwset }) =>
      collectionPvtRwset.map(({ collectionName }) => `${index} ${namespace}/${collectionName}`),
    ),
  );
}

function hashOf(block: common.Block | undefined): Buffer {
  const header = block?.getHeader();
  const message = create(wire.BlockHeaderSchema, {
    number: BigInt(header?.getNumber() ?? 0),
    previousHash: header?.getPreviousHash_asU8() ?? new Uint8Array(),
    dataHash: header?.getDataHash_asU8() ?? new Uint8Array(),
  });
  return Buffer.from(blockHeaderHash(message));
}
