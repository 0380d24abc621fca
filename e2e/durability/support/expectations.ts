import { existsSync, readdirSync, readlinkSync } from "node:fs";
import path from "node:path";
import type { OperationDetail } from "@heddle/api";
import { expect } from "vitest";
import type { Heddle } from "./heddle.ts";
import { listeningPorts, until } from "./processes.ts";
import { rowsNaming, snapshot, type Snapshot } from "./world.ts";

/** Leased ports of a network, from the links that stand for them. */
export function leasesOf(heddle: Heddle, network: string): number[] {
  const folder = path.join(heddle.home, "ports");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((port) => readlinkSync(path.join(folder, port)).startsWith(`${network}:`))
    .map(Number)
    .toSorted((a, b) => a - b);
}

/** A solo network that works: its processes once each, listening on just the ports it leased, proven, and taking a transaction. */
export async function expectWorks(heddle: Heddle, name: string, version = "1.0"): Promise<string> {
  expect(await heddle.client.getNetwork({ params: { name } })).toMatchObject({
    state: "ready",
    proof: { channels: [{ channel: "main" }] },
  });
  const processes = heddle.processes(name);
  expect(processes.map(({ role = "" }) => role).toSorted()).toEqual([`chaincode:tiny_${version}`, "devnet"]);
  const ports = listeningPorts(processes.map(({ pid }) => pid)).toSorted((a, b) => a - b);
  expect(ports).toHaveLength(7);
  expect(leasesOf(heddle, name)).toEqual(ports);
  const value = `${Date.now()}`;
  const id = await heddle.put(name, "works", value);
  expect(await heddle.get(name, "works")).toBe(value);
  return id;
}

/** Rows that tell of what happened to a network that is no more: those of one operation, and the event that it is gone. */
export function isHistory(
  { table, row }: { table: string; row: Readonly<Record<string, unknown>> },
  operations: readonly string[],
): boolean {
  if (table === "operations") return operations.includes(String(row["id"]));
  if (table === "journal" || table === "events") return operations.includes(String(row["operation"])) || row["type"] === "network.deleted";
  // Who did what, and who may come in, is kept apart from what it is about.
  return ["audit", "login_links", "sessions"].includes(table);
}

/** Nothing of a network is left: no process, lease, file or row, but for the history of the operations named. */
export function expectGone(heddle: Heddle, name: string, operations: readonly string[]): void {
  expect(heddle.processes(name)).toEqual([]);
  expect(leasesOf(heddle, name)).toEqual([]);
  const { files, rows } = snapshot(heddle);
  expect(files.filter((file) => file.includes(`/${name}`))).toEqual([]);
  expect(rowsNaming(rows, name).filter((one) => !isHistory(one, operations))).toEqual([]);
}

/** What a network has, once the explorer, which follows in its own time, has begun to index it. */
export async function possessions(heddle: Heddle, name: string): Promise<Possessions> {
  const indexed = (): boolean => (snapshot(heddle).rows["explorer_channels"] ?? []).some(({ network }) => network === name);
  await until(`the index of ${name}`, indexed);
  return { pids: heddle.pids(name), ports: leasesOf(heddle, name), world: snapshot(heddle) };
}

/** What a deletion has to remove. */
export interface Possessions {
  readonly pids: Readonly<Record<string, number>>;
  readonly ports: readonly number[];
  readonly world: Snapshot;
}

/** A deletion's receipt lists exactly what a snapshot from before it shows. */
export function expectReceipt(heddle: Heddle, deletion: OperationDetail, before: Possessions): void {
  const { network = "" } = deletion;
  const { removed, left } = deletion.result as { removed: { kind: string; id: string }[]; left: number };
  expect(left).toBe(0);
  const of = (kind: string): string[] =>
    removed
      .filter((item) => item.kind === kind)
      .map(({ id }) => id)
      .toSorted();
  expect(of("process")).toEqual(Object.values(before.pids).map(String).toSorted());
  expect(of("port")).toEqual(before.ports.map(String).toSorted());
  expect(of("directory")).toEqual([path.join(heddle.home, "networks", network)]);
  const rows = (table: string): Readonly<Record<string, unknown>>[] =>
    (before.world.rows[table] ?? []).filter((row) => row["network"] === network);
  expect(of("key")).toEqual([...rows("secrets").map(({ name }) => String(name)), "data key"].toSorted());
  const expected = [
    `network ${network}`,
    ...rows("chaincodes").map(({ channel, name }) => `chaincode ${String(channel)}/${String(name)}`),
    ...(before.world.rows["settings"] ?? [])
      .map(({ key }) => String(key))
      .filter((key) => key.includes(network))
      .map((key) => `setting ${key}`),
    ...rows("operations")
      .filter(({ id }) => id !== deletion.id)
      .map(({ id }) => `operation ${String(id)}`),
    ...rows("explorer_channels").map(({ channel }) => `index of ${String(channel)}`),
    `events of ${network}`,
  ];
  expect(of("row")).toEqual(expected.toSorted());
}
