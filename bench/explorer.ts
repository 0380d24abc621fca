// How fast the explorer indexes a channel, against reading the same blocks and throwing them away.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import path from "node:path";
import { createLocalSigningIdentity, type MemberMaterial } from "@heddle/fabric";
import type { Bench, BenchOptions } from "./lib/bench.ts";
import { CHAINCODE } from "./lib/deploy.ts";
import { startDevnet } from "./lib/devnet.ts";
import type { FollowRound, FollowTask } from "./lib/follow-client.ts";
import { appendBlocks } from "./lib/ledger.ts";
import { CHANNEL, type BenchNetwork } from "./lib/material.ts";
import { median, table } from "./lib/measure.ts";
import { EMBEDDED_BATCH, readyNetwork } from "./lib/network.ts";

interface IndexRow {
  /** Transactions of a block. */
  readonly size: number;
  readonly blocks: number;
  readonly floor: readonly FollowRound[];
  readonly index: readonly FollowRound[];
}

interface ExplorerData {
  readonly rounds: number;
  readonly rows: readonly IndexRow[];
}

/** Blocks of each size: enough that a round takes two seconds or more. */
const SHAPES = [
  { size: 1, blocks: 12_000 },
  { size: 10, blocks: 4500 },
  { size: 500, blocks: 150 },
] as const;

function signing(mspId: string, { signing: own }: MemberMaterial) {
  return createLocalSigningIdentity(mspId, own.certificatePem, own.privateKeyPem);
}

function only<Item>([item]: readonly Item[]): Item {
  if (item === undefined) throw new Error("the list is empty");
  return item;
}

/** A network whose ledger is full; the height. */
async function fill(network: BenchNetwork, blocks: number, size: number): Promise<number> {
  const { material, user } = only(network.organizations);
  return appendBlocks(
    {
      directory: path.join(network.directory, "data"),
      channel: CHANNEL,
      chaincode: CHAINCODE,
      version: "1.0",
      creator: signing(material.mspId, user),
      endorser: signing(material.mspId, only(material.nodes)),
      orderer: signing(network.ordererMaterial.mspId, only(network.ordererMaterial.nodes)),
    },
    blocks,
    size,
  );
}

function startClient(network: BenchNetwork, role: FollowTask["role"], height: number): ChildProcess {
  const { material, peer } = only(network.organizations);
  const admin = material.users.find(({ name }) => name.startsWith("Admin@"));
  if (admin === undefined) throw new Error("the organisation has no administrator");
  const task: FollowTask = {
    role,
    address: `127.0.0.1:${peer.grpc}`,
    tlsRootPem: material.tlsCa.certificatePem,
    mspId: material.mspId,
    certificatePem: admin.signing.certificatePem,
    privateKeyPem: admin.signing.privateKeyPem,
    channel: CHANNEL,
    height,
  };
  const execArgv = ["--conditions=@heddle/source", "--disable-warning=ExperimentalWarning", "--max-semi-space-size=4"];
  if (role === "index" && process.env["HEDDLE_BENCH_PROFILE"] !== undefined)
    execArgv.push("--cpu-prof", `--cpu-prof-dir=${process.env["HEDDLE_BENCH_PROFILE"]}`);
  return fork(path.join(import.meta.dirname, "lib/follow-client.ts"), [JSON.stringify(task)], { execArgv });
}

async function ask(child: ChildProcess): Promise<FollowRound> {
  const failed = once(child, "exit").then(() => Promise.reject(new Error("a client of the benchmark ended early")));
  child.send("go");
  const [result] = (await Promise.race([once(child, "message"), failed])) as [FollowRound];
  failed.catch(() => undefined);
  return result;
}

async function measure(shape: (typeof SHAPES)[number], rounds: number, quick: boolean): Promise<IndexRow> {
  const { size } = shape;
  const blocks = quick ? Math.ceil(shape.blocks / 10) : shape.blocks;
  const ready = await readyNetwork({ kind: "devnet" }, 1, EMBEDDED_BATCH);
  const { network } = ready;
  const clients: ChildProcess[] = [];
  try {
    for (const program of [ready.chaincode, ...ready.nodes]) await program.stop();
    const height = await fill(network, blocks, size);
    rmSync(path.join(network.directory, "ready.json"), { force: true });
    const nodes = await startDevnet(network);
    try {
      const [floorClient, indexClient] = (["floor", "index"] as const).map((role) => startClient(network, role, height));
      if (floorClient === undefined || indexClient === undefined) throw new Error("there are no clients");
      clients.push(floorClient, indexClient);
      const floor: FollowRound[] = [];
      const index: FollowRound[] = [];
      for (let round = 0; round <= rounds; round += 1) {
        const [nothing, all] = [await ask(floorClient), await ask(indexClient)];
        // The first round compiles.
        if (round === 0) continue;
        floor.push(nothing);
        index.push(all);
      }
      return { size, blocks: height, floor, index };
    } finally {
      for (const client of clients) {
        const ended = once(client, "exit");
        client.disconnect();
        await ended;
      }
      for (const program of nodes) await program.stop();
    }
  } finally {
    rmSync(network.directory, { recursive: true, force: true });
  }
}

async function run({ quick, say }: BenchOptions): Promise<ExplorerData> {
  const rounds = quick ? 2 : 5;
  const rows: IndexRow[] = [];
  for (const shape of SHAPES) {
    const row = await measure(shape, rounds, quick);
    rows.push(row);
    const [floor, index] = [seconds(row.floor), seconds(row.index)];
    say(
      `blocks of ${row.size}: floor ${rate(row, floor)}, index ${rate(row, index)} transactions/s, ${((floor / index) * 100).toFixed(0)} %`,
    );
  }
  return { rounds, rows };
}

/** Of a backlog. */
const QUARTERS = ["25 %", "50 %", "75 %", "100 %"] as const;

const seconds = (rounds: readonly FollowRound[]): number => median(rounds.map((one) => one.seconds));
const cpu = (rounds: readonly FollowRound[]): number => median(rounds.map((one) => one.cpuSeconds));
const rate = ({ blocks, size }: IndexRow, inSeconds: number): string => Math.round((blocks * size) / inSeconds).toString();

export const explorer: Bench<ExplorerData> = {
  name: "explorer",
  title: "Explorer: indexing",
  run,
  render({ rounds, rows }) {
    const speed = table(
      [
        "transactions a block",
        "blocks",
        "read and thrown away, blocks/s",
        "indexed, blocks/s",
        "tx/s thrown away",
        "tx/s indexed",
        "share of the floor",
        "CPU s floor",
        "CPU s index",
      ],
      rows.map((row) => {
        const [floor, index] = [seconds(row.floor), seconds(row.index)];
        return [
          row.size,
          row.blocks,
          Math.round(row.blocks / floor),
          Math.round(row.blocks / index),
          rate(row, floor),
          rate(row, index),
          `${((floor / index) * 100).toFixed(0)} %`,
          cpu(row.floor).toFixed(2),
          cpu(row.index).toFixed(2),
        ];
      }),
    );
    // Figures kept from before memory was measured have none.
    const measured = rows.every(({ index }) => index.every(({ memory: found }) => found?.length === QUARTERS.length));
    const memory = table(
      ["transactions a block", "MiB of", ...QUARTERS],
      rows.flatMap((row) =>
        (["resident", "heap"] as const).map((kind) => [
          row.size,
          kind === "resident" ? "process" : "heap and buffers",
          ...QUARTERS.map((_, quarter) => median(row.index.map((one) => one.memory?.[quarter]?.[kind] ?? Number.NaN)).toFixed(0)),
        ]),
      ),
    );
    return `${rounds} rounds in turns, the peer that sends the blocks and the process that reads them on the same two cores. CPU is of the process that reads.\n\n${speed}${measured ? `\n\nMemory of the indexing process when so much of the backlog is indexed:\n\n${memory}` : ""}`;
  },
};
