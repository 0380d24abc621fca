import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  checkpointers,
  GatewayError,
  type ChaincodeEvent,
  type Checkpointer,
  type CloseableAsyncIterable,
} from "@hyperledger/fabric-gateway";
import { status } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestNetwork } from "../../packages/devnet/test/support/network.ts";
import { take } from "./support/blocks.ts";
import { open, text, type Connection } from "./support/client.ts";
import { CHAINCODE, fixture, startNetwork } from "./support/network.ts";
import { DEADLINE_PASSED, refusal } from "./support/refusal.ts";
import { until } from "./support/until.ts";

describe("chaincode events of the official client", () => {
  let network: TestNetwork;
  let one: Connection;
  let folder: string;

  beforeAll(async () => {
    // A block takes what comes within its time, so that several events stand in one.
    network = await startNetwork({ storage: "kept", cut: "timeout", batchTimeoutMs: 150 });
    one = open(network, 1);
    folder = mkdtempSync(path.join(tmpdir(), "heddle-checkpoint-"));
  });
  afterAll(async () => {
    one.close();
    rmSync(folder, { recursive: true });
    await network.close();
  });

  /** Submits one event for each payload, all at once; their blocks, and the first of these. */
  async function emit(payloads: readonly string[], name = "made"): Promise<{ blocks: Set<bigint>; first: bigint }> {
    const endorsed = await Promise.all(
      payloads.map((payload) => one.contract.newProposal("emit", { arguments: [`${name}-${payload}`, payload] }).endorse()),
    );
    // Sent one after the other, so that their order is known.
    const commits = [];
    for (const transaction of endorsed) commits.push(await transaction.submit());
    const blocks = new Set<bigint>();
    for (const commit of commits) {
      const { blockNumber, successful } = await commit.getStatus();
      if (!successful) throw new Error("the event's transaction is not valid");
      blocks.add(blockNumber);
    }
    const [first = 0n] = blocks;
    return { blocks, first };
  }

  const payloadsOf = (events: readonly ChaincodeEvent[]): string[] => events.map(({ payload }) => text(payload));

  it("delivers an event as it is committed, with its block and transaction", async () => {
    const events = await one.network.getChaincodeEvents(CHAINCODE);
    const submitted = await one.contract.submitAsync("emit", { arguments: ["LotCreated", "LOT-1"] });
    const { blockNumber } = await submitted.getStatus();
    const [event] = await take(events, 1);
    expect(event).toMatchObject({
      blockNumber,
      transactionId: submitted.getTransactionId(),
      chaincodeName: CHAINCODE,
      eventName: "LotCreated",
    });
    expect(payloadsOf(event === undefined ? [] : [event])).toEqual(["LOT-1"]);
    events.close();
  });

  it("replays from a block, in the order of the ledger, what was valid", async () => {
    await one.contract.submitTransaction("put", "counter", "0");
    const { blocks, first } = await emit(["1", "2", "3"]);
    expect(blocks.size).toBe(1);
    // Of two that conflict only one is valid, and only that one's event is seen.
    const conflicting = await Promise.all(
      ["left", "right"].map((payload) => one.contract.newProposal("emitOnce", { arguments: ["once", payload] }).endorse()),
    );
    const commits = await Promise.all(conflicting.map((transaction) => transaction.submit()));
    const statuses = await Promise.all(commits.map((commit) => commit.getStatus()));
    expect(statuses.filter(({ successful }) => successful)).toHaveLength(1);
    await emit(["4"]);
    const events = await one.network.getChaincodeEvents(CHAINCODE, { startBlock: first });
    const payloads = payloadsOf(await take(events, 5));
    events.close();
    const winner = statuses[0]?.successful === true ? "left" : "right";
    expect(payloads).toEqual(["1", "2", "3", winner, "4"]);
  });

  it("keeps the events of chaincodes apart", async () => {
    await network.deploy("other", { folder: fixture });
    const other = one.network.getContract("other");
    const events = await one.network.getChaincodeEvents("other");
    await emit(["mine"]);
    await other.submitTransaction("emit", "theirs", "theirs");
    const [event] = await take(events, 1);
    events.close();
    expect(event).toMatchObject({ chaincodeName: "other", eventName: "theirs" });
  });

  it("tells a reader that its own side has closed the stream", async () => {
    const { first } = await emit(["closing"]);
    const events = await one.network.getChaincodeEvents(CHAINCODE, { startBlock: first });
    const seen: string[] = [];
    const reading = async (): Promise<void> => {
      for await (const event of events) {
        seen.push(text(event.payload));
        events.close();
      }
    };
    expect((await refusal(GatewayError, reading())).code).toBe(status.CANCELLED);
    expect(seen).toEqual(["closing"]);
  });

  describe.each([
    ["in memory", () => Promise.resolve(checkpointers.inMemory()), (checkpointer: Checkpointer) => Promise.resolve(checkpointer)],
    ["in a file", () => checkpointers.file(path.join(folder, "events")), () => checkpointers.file(path.join(folder, "events"))],
  ])("with a checkpoint %s", (_name, create, reopen) => {
    it("goes on after the last event that was processed, within a block too", async () => {
      const checkpointer = await create();
      const { blocks, first } = await emit(["1", "2", "3", "4", "5"]);
      expect(blocks.size).toBe(1);
      const events = await one.network.getChaincodeEvents(CHAINCODE, { startBlock: first, checkpoint: checkpointer });
      const before = await take(events, 2);
      for (const event of before) await checkpointer.checkpointChaincodeEvent(event);
      events.close();
      await emit(["6"]);
      const resumed = await one.network.getChaincodeEvents(CHAINCODE, { startBlock: 0n, checkpoint: await reopen(checkpointer) });
      const after = await take(resumed, 4);
      resumed.close();
      expect(payloadsOf([...before, ...after])).toEqual(["1", "2", "3", "4", "5", "6"]);
    });
  });

  it("finds nothing behind a transaction that has no event, as Fabric has it", async () => {
    const silent = await (await one.contract.submitAsync("put", { arguments: ["silent", "1"] })).getStatus();
    await emit(["behind"]);
    const checkpoint = checkpointers.inMemory();
    await checkpoint.checkpointTransaction(silent.blockNumber, silent.transactionId);
    const options = { chaincodeEventsOptions: () => ({ deadline: Date.now() + 500 }) };
    using hasty = open(network, 1, options);
    const events = await hasty.network.getChaincodeEvents(CHAINCODE, { checkpoint });
    expect(DEADLINE_PASSED).toContain((await refusal(GatewayError, take(events, 1))).code);
    // From the block on, without a transaction, it is there.
    const blocks = checkpointers.inMemory();
    await blocks.checkpointBlock(silent.blockNumber);
    const found = await one.network.getChaincodeEvents(CHAINCODE, { checkpoint: blocks });
    expect(payloadsOf(await take(found, 1))).toEqual(["behind"]);
    found.close();
  });

  it("sees every event exactly once although the peer goes away", async () => {
    const checkpointer = await checkpointers.file(path.join(folder, "break"));
    const { first } = await emit(["1", "2", "3"]);
    const seen: string[] = [];
    const read = async (events: CloseableAsyncIterable<ChaincodeEvent>, count: number): Promise<void> => {
      for await (const event of events) {
        seen.push(text(event.payload));
        await checkpointer.checkpointChaincodeEvent(event);
        if (seen.length === count) return;
      }
    };
    const broken = await one.network.getChaincodeEvents(CHAINCODE, { startBlock: first, checkpoint: checkpointer });
    await read(broken, 2);
    await network.restart();
    // What the stream still holds is thrown away: it was not processed.
    await refusal(Error, take(broken, 10));
    await until("the peer is back", () => one.contract.submitTransaction("emit", "made-4", "4"));
    const resumed = await one.network.getChaincodeEvents(CHAINCODE, { checkpoint: checkpointer });
    await read(resumed, 4);
    resumed.close();
    expect(seen).toEqual(["1", "2", "3", "4"]);
  });
});
