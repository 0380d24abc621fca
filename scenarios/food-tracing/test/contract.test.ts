import { readFileSync } from "node:fs";
import type { Context } from "fabric-contract-api";
import { describe, expect, it } from "vitest";
import { FoodTracing } from "../src/contract.ts";
import { Ledger } from "./ledger.ts";

const contract = new FoodTracing();

async function withLot(): Promise<Ledger> {
  const ledger = new Ledger();
  await ledger.as("Org1MSP", (ctx) => contract.createLot(ctx, "LOT-1", " Tomatoes ", "Almeria", "1200"));
  return ledger;
}

describe("food tracing", () => {
  it("follows a lot from its making to its recall", async () => {
    const ledger = await withLot();
    await ledger.as("Org1MSP", (ctx) => contract.recordTemperature(ctx, "LOT-1", "4.5"));
    await ledger.as("Org1MSP", (ctx) => contract.handOver(ctx, "LOT-1", "Org2MSP"));
    await ledger.as("Org2MSP", (ctx) => contract.recordTemperature(ctx, "LOT-1", "12"));
    await ledger.as("Org1MSP", (ctx) => contract.recall(ctx, "LOT-1", "salmonella"));

    const lot: unknown = JSON.parse(await ledger.as("Org3MSP", (ctx) => contract.readLot(ctx, "LOT-1")));
    expect(lot).toEqual({
      id: "LOT-1",
      product: "Tomatoes",
      origin: "Almeria",
      kilograms: 1200,
      producer: "Org1MSP",
      holder: "Org2MSP",
      status: "recalled",
      createdAt: "2023-11-14T22:13:21.005Z",
      changedAt: "2023-11-14T22:13:25.005Z",
      handOvers: 1,
      readings: 2,
      breaches: 1,
      lastReading: { celsius: 12, at: "2023-11-14T22:13:24.005Z", by: "Org2MSP" },
      recall: { reason: "salmonella", at: "2023-11-14T22:13:25.005Z", by: "Org1MSP" },
    });
    expect(ledger.events.map(({ name }) => name)).toEqual([
      "LotCreated",
      "TemperatureRecorded",
      "LotHandedOver",
      "TemperatureBreached",
      "LotRecalled",
    ]);
    expect(ledger.events.at(-1)?.payload).toEqual(lot);
  });

  it("tells the history of a lot, oldest first", async () => {
    const ledger = await withLot();
    await ledger.as("Org1MSP", (ctx) => contract.handOver(ctx, "LOT-1", "Org2MSP"));
    const history = JSON.parse(await ledger.as("Org1MSP", (ctx) => contract.lotHistory(ctx, "LOT-1"))) as {
      txId: string;
      lot: { holder: string };
    }[];
    expect(history.map(({ txId, lot }) => [txId, lot.holder])).toEqual([
      ["tx1", "Org1MSP"],
      ["tx2", "Org2MSP"],
    ]);
  });

  it("lists a range of lots, end excluded, page by page", async () => {
    const ledger = new Ledger();
    const ids = Array.from({ length: 103 }, (_, index) => `LOT-${String(index).padStart(3, "0")}`);
    for (const id of ids) await ledger.as("Org1MSP", (ctx) => contract.createLot(ctx, id, "p", "o", "1"));
    const list = async (start: string, end: string) => {
      const { lots, next } = JSON.parse(await ledger.as("Org1MSP", (ctx) => contract.listLots(ctx, start, end))) as {
        lots: { id: string }[];
        next: string;
      };
      return { ids: lots.map(({ id }) => id), next };
    };
    expect(await list("LOT-001", "LOT-003")).toEqual({ ids: ["LOT-001", "LOT-002"], next: "" });
    expect(await list("", "")).toEqual({ ids: ids.slice(0, 100), next: "LOT-100" });
    expect(await list("LOT-100", "")).toEqual({ ids: ids.slice(100), next: "" });
  });

  it("writes the same bytes whatever the order of fields", async () => {
    const ledger = await withLot();
    const text = await ledger.as("Org1MSP", (ctx) => contract.readLot(ctx, "LOT-1"));
    const keys = [...text.matchAll(/"(\w+)":/g)].map(([, key]) => key);
    expect(keys).toEqual(keys.map(String).toSorted((left, right) => (left < right ? -1 : 1)));
  });

  it("runs its own seed", async () => {
    const ledger = new Ledger();
    const seed = JSON.parse(readFileSync(new URL("../app/seed.json", import.meta.url), "utf8")) as {
      function: "createLot";
      args: [string, string, string, string];
    }[];
    for (const { function: name, args } of seed) await ledger.as("Org1MSP", (ctx) => contract[name](ctx, ...args));
    expect(ledger.size).toBe(3);
  });

  it.each<[code: string, mspId: string, call: (ctx: Context) => Promise<unknown>]>([
    ["LOT_EXISTS", "Org2MSP", (ctx) => contract.createLot(ctx, "LOT-1", "p", "o", "1")],
    ["LOT_ID_INVALID", "Org1MSP", (ctx) => contract.createLot(ctx, "LOT 1", "p", "o", "1")],
    ["LOT_ID_INVALID", "Org1MSP", (ctx) => contract.createLot(ctx, "", "p", "o", "1")],
    ["TEXT_INVALID", "Org1MSP", (ctx) => contract.createLot(ctx, "LOT-2", "  ", "o", "1")],
    ["TEXT_INVALID", "Org1MSP", (ctx) => contract.createLot(ctx, "LOT-2", "p", "a\u0000b", "1")],
    ["QUANTITY_INVALID", "Org1MSP", (ctx) => contract.createLot(ctx, "LOT-2", "p", "o", "0")],
    ["QUANTITY_INVALID", "Org1MSP", (ctx) => contract.createLot(ctx, "LOT-2", "p", "o", "1.5")],
    ["QUANTITY_INVALID", "Org1MSP", (ctx) => contract.createLot(ctx, "LOT-2", "p", "o", "1e3")],
    ["QUANTITY_INVALID", "Org1MSP", (ctx) => contract.createLot(ctx, "LOT-2", "p", "o", "1000001")],
    ["LOT_NOT_FOUND", "Org1MSP", (ctx) => contract.handOver(ctx, "LOT-9", "Org2MSP")],
    ["LOT_NOT_FOUND", "Org1MSP", (ctx) => contract.lotHistory(ctx, "LOT-9")],
    ["NOT_ALLOWED", "Org2MSP", (ctx) => contract.handOver(ctx, "LOT-1", "Org2MSP")],
    ["HAND_OVER_TO_SELF", "Org1MSP", (ctx) => contract.handOver(ctx, "LOT-1", "Org1MSP")],
    ["ORGANIZATION_INVALID", "Org1MSP", (ctx) => contract.handOver(ctx, "LOT-1", "Org 2")],
    ["TEMPERATURE_INVALID", "Org1MSP", (ctx) => contract.recordTemperature(ctx, "LOT-1", "warm")],
    ["TEMPERATURE_INVALID", "Org1MSP", (ctx) => contract.recordTemperature(ctx, "LOT-1", "201")],
    ["TEMPERATURE_INVALID", "Org1MSP", (ctx) => contract.recordTemperature(ctx, "LOT-1", "NaN")],
    ["NOT_ALLOWED", "Org2MSP", (ctx) => contract.recall(ctx, "LOT-1", "reason")],
    ["LOT_ID_INVALID", "Org1MSP", (ctx) => contract.listLots(ctx, "a b", "")],
  ])("refuses with %s", async (code, mspId, call) => {
    const ledger = await withLot();
    await expect(ledger.as(mspId, call)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(new RegExp(`^${code}: `)) as string,
    });
    expect(ledger.size).toBe(1);
  });

  it("lets nothing happen to a recalled lot", async () => {
    const ledger = await withLot();
    await ledger.as("Org1MSP", (ctx) => contract.recall(ctx, "LOT-1", "reason"));
    for (const call of [
      (ctx: Context) => contract.handOver(ctx, "LOT-1", "Org2MSP"),
      (ctx: Context) => contract.recordTemperature(ctx, "LOT-1", "1"),
      (ctx: Context) => contract.recall(ctx, "LOT-1", "again"),
    ]) {
      await expect(ledger.as("Org1MSP", call)).rejects.toMatchObject({ code: "LOT_RECALLED" });
    }
  });
});

describe("metadata", () => {
  it("lists every transaction with its parameters", () => {
    const metadata = JSON.parse(readFileSync(new URL("../contract-metadata/metadata.json", import.meta.url), "utf8")) as {
      contracts: { FoodTracing: { transactions: { name: string; parameters: unknown[] }[] } };
    };
    const described = new Map(metadata.contracts.FoodTracing.transactions.map(({ name, parameters }) => [name, parameters.length]));
    const methods = Object.getOwnPropertyNames(FoodTracing.prototype).filter((name) => name !== "constructor");
    const written = new Map(
      methods.map((name) => [name, (Reflect.get(FoodTracing.prototype, name) as (...args: never[]) => unknown).length - 1]),
    );
    expect(described).toEqual(written);
  });
});
