// Faults of Fabric's own nodes: how many orderers may go before a network stops, how it comes back, and what a peer has
// after it was killed. Heddle's server is ended first, so that nobody starts again what is killed.
import { spawn } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { fromBinary } from "@bufbuild/protobuf";
import { BlockSlot } from "@heddle/fabric";
import { common } from "@heddle/fabric/wire";
import { afterAll, describe, expect, it, vi } from "vitest";
import { Heddle } from "../durability/support/heddle.ts";
import { killAll, until } from "../durability/support/processes.ts";
import { nativeSolo, outsideOf, type NativeShape, type Outside } from "./support/native-network.ts";
import { skipped, whyNoFabric } from "./support/tools.ts";

// Up to nine processes of Fabric on a machine that may be busy, and a view change of BFT takes 20 s and more.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 60_000 });

const missing = whyNoFabric(["peer", "orderer"]);
const bin = process.env["HEDDLE_FABRIC_BIN"];
// The server of these tests is given PATH, nothing else.
if (bin !== undefined && bin !== "") process.env["PATH"] = `${bin}:${process.env["PATH"] ?? ""}`;

describe.skipIf(missing !== undefined)(`faults of native networks${skipped(missing)}`, () => {
  const heddle = new Heddle();
  afterAll(() => heddle.dispose());

  async function create(name: string, shape: NativeShape): Promise<Outside> {
    await heddle.up();
    const { operation } = await heddle.client.createNetwork({ body: { spec: nativeSolo(name, shape) } });
    const { result } = await heddle.succeeded(operation.id, 200);
    console.log(`${name}: ${(result as { seconds: number }).seconds} s from API call to proof`);
    return outsideOf(heddle.client, name);
  }

  /** Process numbers of orderers by their number. */
  function orderer(name: string, index: number): number {
    const pid = heddle.pids(name)[`node:orderer${index}.example.com`];
    if (pid === undefined) throw new Error(`orderer${index} does not run`);
    return pid;
  }

  async function remove(name: string): Promise<void> {
    await heddle.up();
    const { operation } = await heddle.client.deleteNetwork({ params: { name } });
    await heddle.succeeded(operation.id, 120);
  }

  it("commits with two of five Raft orderers killed, stops with three, and resumes when one returns", async () => {
    using outside = await create("raft-five", { type: "raft", orderers: 5 });
    await heddle.kill();
    expect(await committed(outside, "before")).toContain("before");
    await killAll([orderer("raft-five", 1), orderer("raft-five", 4)]);
    expect(await committed(outside, "two killed")).toContain("two killed");

    const returns = respawner(orderer("raft-five", 2));
    await killAll([orderer("raft-five", 2)]);
    const before = await heightOf(outside, 0);
    // A leader that has lost its followers steps down after an election's time; until then it takes what it cannot order.
    const refusal = "no orderers could successfully process transaction";
    await until("the refusal of a transaction", async () => (await failureOf(outside)).includes(refusal), 120);
    expect(await heightOf(outside, 0)).toBe(before);

    returns();
    expect(await committed(outside, "one returned")).toContain("one returned");
    await remove("raft-five");
  });

  it("creates and uses a network of three Raft orderers, one of which may go", async () => {
    using outside = await create("raft-three", { type: "raft", orderers: 3 });
    await heddle.kill();
    await killAll([orderer("raft-three", 0)]);
    expect(await committed(outside, "one killed")).toContain("one killed");
    await remove("raft-three");
  });

  it("commits with the leader of seven BFT orderers killed and another one hung", async () => {
    using outside = await create("bft-seven", { type: "bft", orderers: 7 });
    await heddle.kill();
    expect(await committed(outside, "before")).toContain("before");
    const hung = orderer("bft-seven", 3);
    await killAll([orderer("bft-seven", 0)]);
    process.kill(hung, "SIGSTOP");
    try {
      expect(await committed(outside, "one killed, one hung")).toContain("one killed, one hung");
    } finally {
      process.kill(hung, "SIGCONT");
    }
    await remove("bft-seven");
  });

  it("brings a peer that was killed while it commits to the same blocks and commit hashes", async () => {
    using outside = await create("two-peers", { type: "raft", orderers: 1, peers: 2 });
    await heddle.kill();
    const victim = heddle.pids("two-peers")["node:peer1.org1.example.com"] ?? 0;
    const load = new Load(outside);
    await until("blocks on their way", () => load.acknowledged > 20, 60);
    await killAll([victim]);
    const reached = load.acknowledged;
    await until("blocks that it misses", () => load.acknowledged > reached + 20, 60);
    await heddle.up();
    await until("its return", () => (heddle.pids("two-peers")["node:peer1.org1.example.com"] ?? victim) !== victim, 60);
    await load.end();
    const height = await heightOf(outside, 0);
    await until("the height of the other peer", async () => (await heightOf(outside, 1).catch(() => 0)) === height, 60);
    const [one, two] = await Promise.all([commitHashes(outside, 0, height), commitHashes(outside, 1, height)]);
    expect(one.filter((text) => text !== "").length).toBeGreaterThan(5);
    expect(two).toEqual(one);
    await remove("two-peers");
  });
});

/** Submits until one transaction is committed; what is read then. Fails where none is for two minutes. */
async function committed(outside: Outside, value: string): Promise<string> {
  let last = "";
  await until(
    `a committed transaction (${value})`,
    async () => {
      last = await failureOf(outside, value);
      return last === "";
    },
    150,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${last}`);
  });
  return Buffer.from(await outside.contract.evaluateTransaction("get", "fault")).toString("utf8");
}

/** What the official client says of a transaction that it submits; empty where it was committed. */
async function failureOf({ contract }: Outside, value = "refused"): Promise<string> {
  try {
    await contract.submitTransaction("put", "fault", value);
    return "";
  } catch (error) {
    const { message, details } = error as Error & { details?: unknown };
    return `${message} ${JSON.stringify(details ?? "")}`;
  }
}

async function heightOf({ peers, identity }: Outside, index: number): Promise<number> {
  return (await peer({ peers }, index).channelInfo("main", identity)).height;
}

function peer({ peers }: Pick<Outside, "peers">, index: number): Outside["peers"][number] {
  const found = peers[index];
  if (found === undefined) throw new Error(`there is no peer ${index}`);
  return found;
}

/** The commit hash that a peer has in each of its blocks. */
async function commitHashes(outside: Outside, index: number, height: number): Promise<string[]> {
  const hashes: string[] = [];
  for (let number = 0; number < height; number += 1) {
    const block = fromBinary(common.BlockSchema, await peer(outside, index).block("main", number, outside.identity));
    hashes.push(Buffer.from(block.metadata?.metadata[BlockSlot.commitHash] ?? new Uint8Array()).toString("hex"));
  }
  return hashes;
}

/** Starts a process again just as it was: program, folder, environment. */
function respawner(pid: number): () => void {
  const parts = (file: string): string[] => readFileSync(`/proc/${pid}/${file}`, "utf8").split("\0").filter(Boolean);
  const [, ...args] = parts("cmdline");
  const [program, cwd] = [readlinkSync(`/proc/${pid}/exe`), readlinkSync(`/proc/${pid}/cwd`)];
  const env = Object.fromEntries(parts("environ").map((entry) => entry.split(/=(.*)/s).slice(0, 2) as [string, string]));
  return () => spawn(program, args, { cwd, env, detached: true, stdio: "ignore" }).unref();
}

/** Transactions one after the other, three at a time, until it is ended. */
class Load {
  acknowledged = 0;
  #ended = false;
  readonly #workers: ReadonlyArray<Promise<void>>;

  constructor(outside: Outside) {
    this.#workers = ["a", "b", "c"].map(async (key) => {
      for (let index = 0; !this.#ended; index += 1) {
        await outside.contract.submitTransaction("put", `${key}${index}`, "value");
        this.acknowledged += 1;
      }
    });
    for (const worker of this.#workers) worker.catch(() => undefined);
  }

  /** Throws where a transaction failed. */
  async end(): Promise<void> {
    this.#ended = true;
    await Promise.all(this.#workers);
  }
}
