import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fromBinary } from "@bufbuild/protobuf";
import { BlockSlot } from "@heddle/fabric";
import { common, peer } from "@heddle/fabric/wire";
import { expect } from "vitest";
import type { DevnetConfigInput } from "../../../src/index.ts";
import { TestNetwork } from "../../support/network.ts";

const MAIN = path.resolve(import.meta.dirname, "../../../src/main.ts");
const SETTLE_MS = 15_000;

/** What must not change under attack. */
export interface Ledger {
  readonly height: number;
  readonly tip: string;
  readonly commitHash: string;
  /** Hash over every row of public, hashed and private state. */
  readonly state: string;
}

/** The process, and what it has said on standard error. */
interface Attacked {
  readonly child: ChildProcess;
  readonly errors: () => string;
}

/** A devnet process under attack: a network of two organisations with a good contract, and the means to see harm. */
export class World {
  readonly network: TestNetwork;
  readonly #process: Attacked;
  #counter = 0;

  private constructor(network: TestNetwork, process: Attacked) {
    this.network = network;
    this.#process = process;
  }

  /** Starts the process, joins a channel and deploys the contract. */
  static async start(timeouts: DevnetConfigInput["timeouts"] = {}): Promise<World> {
    const started: { process?: Attacked } = {};
    const network = await TestNetwork.start({
      storage: "kept",
      timeouts,
      boot: async (config) => {
        const process = await spawnDevnet(config);
        started.process = process;
        return { close: () => endProcess(process.child) };
      },
    });
    if (started.process === undefined) throw new Error("devnet was not started");
    const world = new World(network, started.process);
    try {
      await network.deploy("basic", { endorsementPolicy: "AND('Org1MSP.peer', 'Org2MSP.peer')" });
      await world.commitSomething();
      return world;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  /** The id of the devnet process. */
  get pid(): number {
    return this.#process.child.pid ?? 0;
  }

  /** The ledger as it is now. */
  async ledger(): Promise<Ledger> {
    const { client, admin } = this.network.organization(1);
    const { height, currentBlockHash } = await client.channelInfo("trade", admin);
    const tip = await this.block(height - 1);
    const slot = tip.metadata?.metadata[BlockSlot.commitHash] ?? new Uint8Array();
    return { height, tip: hex(currentBlockHash), commitHash: hex(slot), state: this.#stateHash() };
  }

  /** A block as a peer has committed it. */
  async block(number: number): Promise<common.Block> {
    const { client, admin } = this.network.organization(1);
    return fromBinary(common.BlockSchema, await client.block("trade", number, admin));
  }

  /** Validation codes of all transactions from a block on. */
  async codesFrom(height: number): Promise<string[]> {
    const codes: string[] = [];
    for (let number = height; number < (await this.ledger()).height; number += 1) {
      const flags = (await this.block(number)).metadata?.metadata[BlockSlot.transactionsFilter] ?? new Uint8Array();
      codes.push(...[...flags].map((code) => peer.TxValidationCode[code] ?? String(code)));
    }
    return codes;
  }

  #stateHash(): string {
    const folder = path.join(this.network.config.directory, "channels/trade");
    const file = readdirSync(folder).find((name) => name.endsWith(".db"));
    const database = new DatabaseSync(path.join(folder, file ?? ""), { readOnly: true });
    const hash = createHash("sha256");
    try {
      for (const table of ["state", "hashes", "privates"]) {
        for (const row of database.prepare(`SELECT * FROM ${table}`).iterate()) hash.update(JSON.stringify(Object.values(row).map(String)));
      }
      return hash.digest("hex");
    } finally {
      database.close();
    }
  }

  /** Commits a transaction of a good client on both peers, and reads it back from either. */
  async commitSomething(): Promise<void> {
    const { user } = this.network.organization(1);
    this.#counter += 1;
    const args = ["put", "good", String(this.#counter)];
    await this.network.gateway(1).submit({ channelId: "trade", chaincode: "basic", args }, user);
    for (const number of [1, 2] as const) {
      const read = await this.network
        .gateway(number)
        .evaluate({ channelId: "trade", chaincode: "basic", args: ["get", "good"] }, this.network.organization(number).user);
      expect(Buffer.from(read).toString()).toBe(String(this.#counter));
    }
  }

  /** Throws unless the process lives, the ledger is as it was, and a good transaction still commits. */
  async assertUnharmed(before: Ledger): Promise<void> {
    this.assertAlive();
    expect(await this.ledger()).toEqual(before);
    await this.commitSomething();
    this.assertAlive();
    expect((await this.ledger()).height).toBe(before.height + 1);
  }

  /** The same for attacks that the orderer has to take, as a real one does: their transactions are all invalid and change nothing. */
  async assertNothingCommitted(before: Ledger): Promise<string[]> {
    this.assertAlive();
    const codes = await this.codesFrom(before.height);
    expect(codes).not.toContain("VALID");
    expect((await this.ledger()).state).toBe(before.state);
    await this.commitSomething();
    return codes;
  }

  assertAlive(): void {
    const { exitCode, signalCode } = this.#process.child;
    expect([exitCode, signalCode, this.#process.errors()]).toEqual([null, null, ""]);
  }

  /** What the process holds: resident memory in MB, and open files and sockets. */
  holdings(): { readonly megabytes: number; readonly files: number } {
    const status = readFileSync(`/proc/${this.pid}/status`, "utf8");
    return { megabytes: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024, files: readdirSync(`/proc/${this.pid}/fd`).length };
  }

  /** Waits until connections that attackers have left are gone, and memory is within bounds. */
  async assertNothingLeft(before: { readonly files: number }, megabytes: number): Promise<void> {
    await until(
      () => this.holdings().files <= before.files + 12 && this.holdings().megabytes <= megabytes,
      () => JSON.stringify({ before, now: this.holdings(), megabytes }),
    );
  }

  /** Every file and folder of the network and next to it. */
  filesAround(): string[] {
    const names = (folder: string): string[] =>
      readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => path.join(entry.parentPath, entry.name));
    const beside = readdirSync(path.dirname(this.network.directory)).filter((name) => name.includes("hostile"));
    return [...names(this.network.directory), ...beside].filter((name) => !/-(wal|shm)$/.test(name)).toSorted();
  }

  async close(): Promise<void> {
    await this.network.close();
  }
}

/** Waits until a condition holds; says what was seen when it does not in time. */
export async function until(condition: () => boolean | Promise<boolean>, seen: () => string, deadlineMs = SETTLE_MS): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`did not settle: ${seen()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function spawnDevnet(config: DevnetConfigInput): Promise<{ child: ChildProcess; errors: () => string }> {
  const file = path.join(config.directory, "../devnet.json");
  const readyFile = path.join(config.directory, "../ready.json");
  writeFileSync(file, JSON.stringify({ ...config, readyFile, logLevel: "silent" }));
  const child = spawn(process.execPath, ["--conditions=@heddle/source", MAIN, "--config", file], { stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  await until(
    () => {
      if (child.exitCode !== null) throw new Error(`devnet ended: ${errors}`);
      return existsSync(readyFile);
    },
    () => errors,
  );
  return { child, errors: () => errors };
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
