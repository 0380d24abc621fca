// From nothing to a committed transaction: by one API call, by `heddle up`, and by
// the same script on devnet and on real Fabric. And how soon the command answers.
import { rmSync } from "node:fs";
import { presetNetwork } from "@heddle/network";
import type { Bench } from "./lib/bench.ts";
import { deploy, submitOnce } from "./lib/deploy.ts";
import { startDevnet } from "./lib/devnet.ts";
import { findFabric, startFabric, type FabricPrograms } from "./lib/fabric.ts";
import { heddle, newHome, removeHome, startServer, timed, type BenchServer } from "./lib/heddle.ts";
import { makeNetwork, type BatchShape } from "./lib/material.ts";
import { median, table } from "./lib/measure.ts";
import { nativeFile } from "./lib/native.ts";
import { EMBEDDED_BATCH } from "./lib/network.ts";

interface ScriptRow {
  readonly name: string;
  readonly seconds: number;
}

interface StartData {
  readonly rounds: number;
  readonly help: number;
  readonly up: number;
  /** `up` with nothing in the compile cache, as after an update of Node.js. */
  readonly upCold: number;
  readonly create: number;
  readonly phases: Readonly<Record<string, number>>;
  readonly scripts: readonly ScriptRow[];
  /** One API call on the native runtime, in turns with the scripts; absent without Fabric's programs. */
  readonly native: NativeRow | undefined;
  readonly skipped: string | undefined;
}

interface NativeRow {
  readonly seconds: number;
  /** To that of the script with the shortest timing: the median of the rounds. */
  readonly ratio: number;
  readonly steps: Readonly<Record<string, number>>;
}

/** Fabric's own timing, and one as short as it can be. */
const FABRIC_TIMINGS = [
  { name: "real Fabric, batch timeout 2 s and Raft's tick 500 ms, as by default", batch: { timeoutMs: 2000, maxMessages: 500 } },
  {
    name: "real Fabric, as tight as it can be: a block for each transaction, Raft's tick 50 ms",
    batch: { timeoutMs: 2000, maxMessages: 1, raft: { tickMs: 50, electionTicks: 60 } },
  },
] as const satisfies ReadonlyArray<{ readonly name: string; readonly batch: BatchShape }>;
const TIGHTEST = FABRIC_TIMINGS[1].name;

/** One API call to a transaction committed on every peer, and then the batch as the file asks for it. */
async function native({ client }: BenchServer, round: number): Promise<{ seconds: number; steps: Record<string, number> }> {
  const spec = nativeFile(`native-${round}`);
  const { seconds, operation } = await timed(client, () => client.createNetwork({ body: { spec } }));
  await timed(client, () => client.deleteNetwork({ params: { name: spec.metadata.name } }));
  return { seconds, steps: Object.fromEntries(operation.steps.map((step) => [step.name, step.seconds ?? 0])) };
}

function up(env: Readonly<Record<string, string>> = {}): number {
  const home = newHome();
  try {
    return heddle(home, ["up"], env).seconds;
  } finally {
    heddle(home, ["network", "delete", "sample", "--yes"], env);
    heddle(home, ["down"], env);
    removeHome(home);
  }
}

async function create(rounds: number): Promise<{ seconds: number; phases: Record<string, number> }> {
  const server = await startServer();
  const { client } = server;
  try {
    const runs: { seconds: number; phases: Record<string, number> }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const spec = presetNetwork("consortium", { name: `bench-${round}` });
      const { seconds } = await timed(client, () => client.createNetwork({ body: { spec } }));
      const { proof } = await client.getNetwork({ params: { name: spec.metadata.name } });
      runs.push({ seconds, phases: { ...proof?.phases } });
      await timed(client, () => client.deleteNetwork({ params: { name: spec.metadata.name } }));
    }
    const names = Object.keys(runs[0]?.phases ?? {});
    const phases = Object.fromEntries(names.map((name) => [name, median(runs.map((run) => run.phases[name] ?? 0))]));
    return { seconds: median(runs.map((run) => run.seconds)), phases };
  } finally {
    await server.stop();
  }
}

function stepMedians(runs: ReadonlyArray<{ readonly steps: Readonly<Record<string, number>> }>): Record<string, number> {
  const names = Object.keys(runs[0]?.steps ?? {});
  return Object.fromEntries(names.map((name) => [name, median(runs.map(({ steps }) => steps[name] ?? 0))]));
}

/** From the making of identities, as an API call does it too, to a transaction committed on every peer; the chaincode starts within. */
async function script(batch: BatchShape, programs: FabricPrograms | undefined): Promise<number> {
  const began = performance.now();
  const network = await makeNetwork(2, batch);
  const nodes = programs === undefined ? await startDevnet(network) : await startFabric(network, programs);
  const chaincode = await deploy(network);
  try {
    await submitOnce(network);
    return (performance.now() - began) / 1000;
  } finally {
    for (const program of [chaincode, ...nodes]) await program.stop();
    rmSync(network.directory, { recursive: true, force: true });
  }
}

export const start: Bench<StartData> = {
  name: "start",
  title: "Start: from nothing to a committed transaction",
  async run({ quick, say }) {
    const rounds = quick ? 1 : 7;
    const repeat = (times: number, once: () => number): number => median(Array.from({ length: times }, once));
    const empty = newHome();
    heddle(empty, ["--help"]);
    const help = repeat(quick ? 3 : 15, () => heddle(empty, ["--help"]).seconds);
    say(`heddle --help: ${help.toFixed(3)} s`);
    const upCold = up({ NODE_COMPILE_CACHE: newHome() });
    up();
    const upWarm = repeat(rounds, up);
    say(`heddle up: ${upWarm.toFixed(2)} s, ${upCold.toFixed(2)} s with an empty compile cache`);
    const created = await create(rounds);
    say(`network.create: ${created.seconds.toFixed(2)} s`);
    const programs = findFabric();
    const platforms = [
      { name: "devnet", batch: EMBEDDED_BATCH, programs: undefined },
      ...(typeof programs === "string" ? [] : FABRIC_TIMINGS.map((timing) => ({ ...timing, programs }))),
    ];
    const times = new Map<string, number[]>(platforms.map(({ name }) => [name, []]));
    const natives: Awaited<ReturnType<typeof native>>[] = [];
    const server = typeof programs === "string" ? undefined : await startServer();
    try {
      for (let round = 0; round < rounds; round += 1) {
        for (const platform of platforms) times.get(platform.name)?.push(await script(platform.batch, platform.programs));
        if (server !== undefined) natives.push(await native(server, round));
      }
    } finally {
      await server?.stop();
    }
    const scripts = [...times].map(([name, seconds]) => ({ name, seconds: median(seconds) }));
    for (const { name, seconds } of scripts) say(`${name}: ${seconds.toFixed(2)} s`);
    const ratios = natives.map(({ seconds }, round) => seconds / (times.get(TIGHTEST)?.[round] ?? Number.NaN));
    const nativeRow =
      natives.length === 0
        ? undefined
        : { seconds: median(natives.map(({ seconds }) => seconds)), ratio: median(ratios), steps: stepMedians(natives) };
    if (nativeRow !== undefined)
      say(`network.create, native: ${nativeRow.seconds.toFixed(2)} s, ${nativeRow.ratio.toFixed(2)} times the script`);
    const skipped = typeof programs === "string" ? programs : undefined;
    return { rounds, help, up: upWarm, upCold, create: created.seconds, phases: created.phases, scripts, native: nativeRow, skipped };
  },
  render({ rounds, help, up: upSeconds, upCold, create: createSeconds, phases, scripts, native: nativeRow, skipped }) {
    const own = table(
      ["", "seconds", "target"],
      [
        ["`heddle --help`", help.toFixed(2), "0.25"],
        ["`heddle up`, nothing running, new home", upSeconds.toFixed(2), "4"],
        ["the same with an empty compile cache", upCold.toFixed(2), ""],
        ["API call to a transaction on every peer, 2 organisations", createSeconds.toFixed(2), "1.5 (1.0)"],
      ],
    );
    const first = scripts[0]?.seconds ?? 1;
    const compared = table(
      ["one script for all: start the nodes, join, deploy, submit", "seconds", "ratio"],
      scripts.map(({ name, seconds }) => [name, seconds.toFixed(2), (seconds / first).toFixed(1)]),
    );
    const nativeText =
      nativeRow === undefined
        ? ""
        : `\n\nOn the native runtime, the same network by one API call, in turns with the scripts above: **${nativeRow.seconds.toFixed(2)} s, ${nativeRow.ratio.toFixed(2)} times the tightest script** (target 1.15; median of each round's ratio). Its batch timeout is Fabric's default of 2 s from the last step on. Steps, which overlap: ${Object.entries(
            nativeRow.steps,
          )
            .map(([name, seconds]) => `${name} ${seconds.toFixed(2)}`)
            .join(", ")}.`;
    const shown = Object.entries(phases).map(([name, seconds]) => `${name} ${seconds.toFixed(2)}`);
    const note = skipped === undefined ? "" : `\n\nReal Fabric: **skipped**, ${skipped}.`;
    return `Medians of ${rounds}. The chaincode's process is started within every figure, though the target leaves it out. Phases of the API call, which overlap: ${shown.join(", ")}.\n\n${own}\n\n${compared}${nativeText}${note}`;
  },
};
