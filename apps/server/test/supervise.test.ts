import { operationErrors } from "@heddle/operations";
import type { NetworkChange, NetworkRecord, NetworkState, Store } from "@heddle/store";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { supervise } from "../src/lifetime/supervise.ts";

// The clock is the test's: how long supervision waits is what is looked at here. Real processes are killed in e2e/durability.

type Row = Pick<NetworkRecord, "name" | "state" | "proof">;

const nothing = (): undefined => undefined;

function watch(rows: Row[], revive: (network: string, signal: AbortSignal) => Promise<readonly string[]>) {
  const changes: [string, NetworkChange][] = [];
  const list = () => Promise.resolve(rows as NetworkRecord[]);
  const update = (name: string, change: NetworkChange): Promise<void> => {
    changes.push([name, change]);
    const row = rows.findIndex((one) => one.name === name);
    rows[row] = { name, state: change.state ?? "ready", proof: change.proof ?? undefined };
    return Promise.resolve();
  };
  const networks = { list, update } as Store["networks"];
  const calls: string[] = [];
  const stop = supervise({
    store: { networks },
    logger: { warn: nothing, error: nothing },
    revive(network, signal) {
      calls.push(network);
      return revive(network, signal);
    },
  });
  return { calls, changes, stop };
}

const row = (name: string, state: NetworkState = "ready", proven = true): Row => ({ name, state, proof: proven ? {} : undefined });

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("supervision", () => {
  it("looks at once and again, after every network that has been proven and is not about to go", async () => {
    const rows = [
      row("ready"),
      row("changing", "changing"),
      row("changed-badly", "failed"),
      row("never-ready", "failed", false),
      row("coming", "creating", false),
      row("going", "deleting"),
    ];
    const { calls, stop } = watch(rows, () => Promise.resolve([]));
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toEqual(["ready", "changing", "changed-badly"]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls).toHaveLength(6);
    await stop();
    await vi.advanceTimersByTimeAsync(5000);
    expect(calls).toHaveLength(6);
  });

  it("waits longer each time for what ends again and again, and starts it at once when it had run for long", async () => {
    const { calls, stop } = watch([row("loops")], () => Promise.resolve(["nodes"]));
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60_000);
    // After 1, 2, 4, 8 and then every 10 seconds.
    expect(calls.length).toBeGreaterThan(6);
    expect(calls.length).toBeLessThan(11);
    await stop();
  });

  it("does not wait for what had run on for a while before it ended", async () => {
    let ended = false;
    const { calls, stop } = watch([row("steady")], () => {
      const started = ended ? ["nodes"] : [];
      ended = false;
      return Promise.resolve(started);
    });
    for (let minute = 0; minute < 5; minute += 1) {
      await vi.advanceTimersByTimeAsync(60_000);
      ended = true;
      await vi.advanceTimersByTimeAsync(1000);
      expect(ended).toBe(false);
    }
    expect(calls.length).toBeGreaterThan(290);
    await stop();
  });

  it("goes on with the others where one does not start or does not answer", async () => {
    const hangs = Promise.withResolvers<readonly string[]>();
    const { calls, stop } = watch([row("hangs"), row("fails"), row("fine")], (network, signal) => {
      signal.addEventListener("abort", () => hangs.resolve([]), { once: true });
      if (network === "fails") return Promise.reject(new Error("it does not start"));
      return network === "hangs" ? hangs.promise : Promise.resolve([]);
    });
    await vi.advanceTimersByTimeAsync(10_000);
    const count = (network: string): number => calls.filter((call) => call === network).length;
    expect(count("hangs")).toBe(1);
    expect(count("fine")).toBe(11);
    expect(count("fails")).toBeGreaterThan(2);
    expect(count("fails")).toBeLessThan(6);
    // Stopping tells what is under way, and waits for it.
    await stop();
  });

  it("gives a network up whose ledgers are gone, and says so", async () => {
    const { calls, changes, stop } = watch([row("brief")], () =>
      Promise.reject(operationErrors.create("OPERATION_LEDGER_GONE", { network: "brief" })),
    );
    await vi.advanceTimersByTimeAsync(30_000);
    expect(calls).toHaveLength(1);
    expect(changes).toEqual([["brief", { state: "failed", proof: null }]]);
    await stop();
  });
});
