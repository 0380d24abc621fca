import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isHeddleError } from "@heddle/network";
import { openStore, type OperationRecord, type Store } from "../../src/index.ts";
import { explorerSuite } from "./explorer-suite.ts";
import { accountSuite } from "./account-suite.ts";

/** The code an action fails with. */
export async function codeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    if (isHeddleError(error)) return error.code;
    throw error;
  }
  return "nothing was thrown";
}

/** What every database has to do the same way. Names are made afresh, so that a shared database may be used. */
export function repositorySuite(open: () => Promise<{ url: string; readonly stop: () => Promise<void> }>): void {
  let store: Store;
  let url: string;
  let stop: () => Promise<void>;
  const fresh = (): string => `n-${randomUUID().slice(0, 8)}`;

  beforeAll(async () => {
    ({ url, stop } = await open());
    store = await openStore({ url });
  });
  afterAll(async () => {
    await store?.close();
    await stop?.();
  });

  const insertNetwork = async (name = fresh()): Promise<string> => {
    await store.networks.insert({ name, spec: { metadata: { name } }, runtime: "embedded", state: "creating" });
    return name;
  };
  const insertOperation = async (network: string | undefined, exclusive = true): Promise<string> => {
    const id = randomUUID();
    await store.operations.insert({ id, kind: "toy", network, summary: "a toy", input: { n: 1 }, exclusive });
    return id;
  };
  const claim = async (id: string, owner = "me", force = false): Promise<OperationRecord | undefined> =>
    store.operations.claim(id, owner, { now: new Date(), until: new Date(Date.now() + 60_000), force });
  const claimed = async (id: string): Promise<OperationRecord> => {
    const operation = await claim(id);
    if (operation === undefined) throw new Error("not claimed");
    return operation;
  };

  it("opens again on the same schema", async () => {
    const name = await insertNetwork();
    const second = await openStore({ url });
    expect((await second.networks.get(name))?.name).toBe(name);
    await second.close();
  });

  describe("networks", () => {
    it("inserts, changes and deletes", async () => {
      const name = await insertNetwork();
      await store.networks.update(name, { state: "ready", runtimeRef: { pid: 7 }, proof: { block: 3 } });
      expect(await store.networks.get(name)).toMatchObject({
        state: "ready",
        runtimeRef: { pid: 7 },
        proof: { block: 3 },
        spec: { metadata: { name } },
      });
      await store.networks.update(name, { proof: null });
      expect(await store.networks.get(name)).toMatchObject({ runtimeRef: { pid: 7 }, proof: undefined });
      expect((await store.networks.list()).map((network) => network.name)).toContain(name);
      expect(await store.networks.delete(name)).toBe(true);
      expect(await store.networks.delete(name)).toBe(false);
      expect(await store.networks.get(name)).toBeUndefined();
    });

    it("refuses a second one of the same name, and changes of one that is not there", async () => {
      const name = await insertNetwork();
      expect(await codeOf(insertNetwork(name))).toBe("STORE_NETWORK_EXISTS");
      expect(await codeOf(store.networks.update(fresh(), { state: "ready" }))).toBe("STORE_NETWORK_NOT_FOUND");
    });

    it("rolls back what a failed transaction wrote, events as well", async () => {
      const name = fresh();
      const before = await store.events.lastId();
      let told = 0;
      const unsubscribe = store.onEvents(() => {
        told += 1;
      });
      await expect(
        store.transaction(async (repositories) => {
          await repositories.networks.insert({ name, spec: {}, runtime: "embedded", state: "creating" });
          throw new Error("no");
        }),
      ).rejects.toThrow("no");
      unsubscribe();
      expect(told).toBe(0);
      expect(await store.networks.get(name)).toBeUndefined();
      expect(await store.events.after(before, { network: name })).toEqual([]);
    });

    it("refuses a query that goes around its transaction, instead of waiting for it for ever", async () => {
      const name = await insertNetwork();
      const around: readonly (() => Promise<unknown>)[] = [
        () => store.networks.get(name),
        () => store.settings.put("x", 1),
        () => store.networks.update(name, { state: "ready" }),
        () => store.transaction(() => Promise.resolve()),
      ];
      for (const query of around) await expect(store.transaction(query)).rejects.toThrow(TypeError);
      // What was begun inside and goes on after the end is no part of it.
      const later = Promise.withResolvers<void>();
      const late = await store.transaction(() => Promise.resolve({ read: later.promise.then(() => store.networks.get(name)) }));
      later.resolve();
      expect((await late.read)?.state).toBe("creating");
    });
  });

  it("keeps one chaincode for each channel and name, and drops them with the network", async () => {
    const network = await insertNetwork();
    const chaincode = {
      network,
      channel: "trade",
      name: "basic",
      version: "1",
      sequence: 1,
      packageId: "basic:1",
      detail: { language: "go" },
    };
    await store.chaincodes.put(chaincode);
    await store.chaincodes.put({ ...chaincode, version: "2", sequence: 2 });
    expect(await store.chaincodes.list(network)).toMatchObject([{ version: "2", sequence: 2, detail: { language: "go" } }]);
    expect(await store.chaincodes.get(network, "trade", "other")).toBeUndefined();
    await store.networks.delete(network);
    expect(await store.chaincodes.list(network)).toEqual([]);
  });

  describe("operations", () => {
    it("allows one exclusive operation for a network at a time", async () => {
      const network = fresh();
      const first = await insertOperation(network);
      expect(await codeOf(insertOperation(network))).toBe("STORE_NETWORK_BUSY");
      await insertOperation(network, false);
      const { fence } = await claimed(first);
      await store.operations.transition(first, fence, { state: "succeeded", result: { ok: true } });
      await insertOperation(network);
      expect(await store.operations.get(first)).toMatchObject({ state: "succeeded", result: { ok: true }, owner: undefined });
      expect(await codeOf(store.operations.reopen(first, "succeeded", "queued"))).toBe("STORE_NETWORK_BUSY");
    });

    it("hands the lease to one owner, and on when it has run out", async () => {
      const id = await insertOperation(undefined);
      const now = new Date();
      const until = new Date(now.getTime() + 1_000);
      expect(await store.operations.claim(id, "a", { now, until })).toMatchObject({ owner: "a", fence: 1 });
      expect(await store.operations.claim(id, "b", { now, until })).toBeUndefined();
      expect(await store.operations.renew(id, 1, until)).toMatchObject({ fence: 1 });
      const later = new Date(until.getTime() + 1);
      expect(await store.operations.claim(id, "b", { now: later, until: later })).toMatchObject({ owner: "b", fence: 2 });
      expect(await store.operations.renew(id, 1, until)).toBeUndefined();
    });

    it("refuses every write under an old fencing token", async () => {
      const id = await insertOperation(undefined);
      await claimed(id);
      expect(await claim(id, "other", true)).toMatchObject({ fence: 2 });
      const entry = { type: "started", step: "one", attempt: 1, at: new Date(), data: undefined } as const;
      expect(await codeOf(store.operations.record(id, 1, [entry], []))).toBe("STORE_LEASE_LOST");
      expect(await codeOf(store.operations.transition(id, 1, { state: "failed" }))).toBe("STORE_LEASE_LOST");
      expect(await store.operations.journal(id)).toEqual([]);
      await store.operations.record(id, 2, [entry], [{ type: "step.changed", network: undefined, operation: id, data: {} }]);
      expect(await store.operations.journal(id)).toMatchObject([{ type: "started", step: "one" }]);
    });

    it("marks active operations as to be cancelled, and opens those that are over", async () => {
      const id = await insertOperation(fresh());
      expect(await store.operations.requestCancel(id)).toBe(true);
      const { fence, cancelRequested } = await claimed(id);
      expect(cancelRequested).toBe(true);
      await store.operations.transition(id, fence, { state: "failed", error: { code: "X" } });
      expect(await store.operations.requestCancel(id)).toBe(false);
      expect(await store.operations.reopen(id, "succeeded", "queued")).toBe(false);
      expect(await store.operations.reopen(id, "failed", "queued")).toBe(true);
      expect(await store.operations.get(id)).toMatchObject({
        state: "queued",
        error: undefined,
        cancelRequested: false,
        finishedAt: undefined,
      });
    });

    it("name who submitted them", async () => {
      const id = randomUUID();
      await store.operations.insert({ id, kind: "toy", network: undefined, summary: "", input: {}, exclusive: false, actor: "alice" });
      expect((await store.operations.get(id))?.actor).toBe("alice");
      expect((await store.operations.get(await insertOperation(undefined)))?.actor).toBeUndefined();
    });

    it("lists by network and state, newest first", async () => {
      const network = fresh();
      const first = await insertOperation(network, false);
      await new Promise((resolve) => setTimeout(resolve, 2));
      const second = await insertOperation(network, false);
      expect((await store.operations.list({ network })).map(({ id }) => id)).toEqual([second, first]);
      expect(await store.operations.list({ network, states: ["succeeded"] })).toEqual([]);
    });

    it("forgets a network's history but for one operation", async () => {
      const network = fresh();
      const old = await insertOperation(network, false);
      const { fence } = await claimed(old);
      await store.operations.transition(old, fence, { state: "succeeded" });
      const kept = await insertOperation(network, false);
      const all = await store.events.after(0, { network });
      expect(await store.events.count(network, kept)).toBe(all.filter(({ operation }) => operation !== kept).length);
      expect(await store.operations.deleteFor(network, kept)).toBe(1);
      expect(await store.events.count(network, kept)).toBe(0);
      expect((await store.operations.list({ network })).map(({ id }) => id)).toEqual([kept]);
      expect(new Set((await store.events.after(0, { network })).map((event) => event.operation))).toEqual(new Set([kept]));
    });
  });

  describe("events", () => {
    it("are seen in the order of their ids by a reader that follows", async () => {
      const network = fresh();
      let last = await store.events.lastId();
      const seen: number[] = [];
      const writers = Array.from({ length: 8 }, async (_writer, writer) => {
        for (let index = 0; index < 10; index += 1) {
          await store.events.append([{ type: "test", network, operation: undefined, data: { writer, index } }]);
        }
      });
      let writing = true;
      const reader = (async () => {
        for (;;) {
          const done = !writing;
          const events = await store.events.after(last, { network });
          for (const event of events) seen.push(event.id);
          last = events.at(-1)?.id ?? last;
          if (done && events.length === 0) return;
        }
      })();
      await Promise.all(writers);
      writing = false;
      await reader;
      expect(seen.length).toBe(80);
      expect(seen).toEqual(seen.toSorted((left, right) => left - right));
    });

    it("tell listeners once they are committed, and stop telling", async () => {
      let told = 0;
      const unsubscribe = store.onEvents(() => {
        told += 1;
      });
      await store.events.append([{ type: "test", network: undefined, operation: undefined, data: null }]);
      unsubscribe();
      await store.events.append([{ type: "test", network: undefined, operation: undefined, data: null }]);
      expect(told).toBe(1);
    });

    it("are pruned but for the last, so that ids go on growing", async () => {
      await store.events.append([{ type: "test", network: undefined, operation: undefined, data: 1 }]);
      const last = await store.events.lastId();
      await store.events.prune(new Date(Date.now() + 60_000));
      expect((await store.events.after(0)).map(({ id }) => id)).toEqual([last]);
      await store.events.append([{ type: "test", network: undefined, operation: undefined, data: 2 }]);
      expect(await store.events.lastId()).toBeGreaterThan(last);
    });
  });

  accountSuite(() => store);
  explorerSuite(() => store, fresh);

  it("keeps measurements as long as their network", async () => {
    const name = fresh();
    const other = fresh();
    for (const network of [name, other]) await store.networks.insert({ name: network, spec: {}, runtime: "embedded", state: "ready" });
    const at = (second: number): Date => new Date(1_800_000_000_000 + second * 1000);
    for (const second of [30, 0, 15]) await store.measurements.put({ network: name, resolution: 15, at: at(second), data: { second } });
    await store.measurements.put({ network: name, resolution: 15, at: at(15), data: { second: "again" } });
    await store.measurements.put({ network: name, resolution: 120, at: at(15), data: {} });
    await store.measurements.put({ network: other, resolution: 15, at: at(15), data: {} });
    const found = await store.measurements.range(name, 15, at(0), at(29));
    expect(found.map(({ at: when, data }) => [when, data])).toEqual([
      [at(0), { second: 0 }],
      [at(15), { second: "again" }],
    ]);
    expect(await store.measurements.prune(15, at(15))).toBe(1);
    await store.networks.delete(name);
    expect(await store.measurements.range(name, 120, at(0), at(60))).toEqual([]);
    await store.measurements.put({ network: name, resolution: 15, at: at(0), data: {} });
    expect(await store.measurements.range(name, 15, at(0), at(60))).toEqual([]);
    await store.networks.delete(other);
  });

  it("keeps settings", async () => {
    const key = fresh();
    expect(await store.settings.get(key)).toBeUndefined();
    await store.settings.put(key, { a: 1 });
    await store.settings.put(key, { a: 2 });
    expect(await store.settings.get(key)).toEqual({ a: 2 });
    expect(await store.settings.delete(key)).toBe(true);
  });

  it("keeps sealed bytes, and the first data key of two", async () => {
    const network = fresh();
    await store.secrets.insertDataKey({ network, masterKeyId: "m", sealed: Buffer.from([1, 2]) });
    await store.secrets.insertDataKey({ network, masterKeyId: "m", sealed: Buffer.from([3]) });
    expect(Buffer.from((await store.secrets.dataKey(network))?.sealed ?? [])).toEqual(Buffer.from([1, 2]));
    await store.secrets.put([{ network, name: "b", sealed: Buffer.from([0, 255]) }]);
    await store.secrets.put([
      { network, name: "a", sealed: Buffer.from([9]) },
      { network, name: "b", sealed: Buffer.from([8]) },
    ]);
    expect(await store.secrets.names(network)).toEqual(["a", "b"]);
    expect(Buffer.from((await store.secrets.get(network, "b"))?.sealed ?? [])).toEqual(Buffer.from([8]));
    expect(await store.secrets.deleteFor(network)).toBe(3);
    expect(await store.secrets.dataKey(network)).toBeUndefined();
  });
}
