// From nothing to a committed transaction: by one API call, by `heddle up`, and by
// the same script on devnet and on real Fabric. And how soon the command answers.
import { rmSync } from "node:fs";
import { presetNetwork } from "@heddle/network";
import type { Bench } from "./lib/bench.ts";
import { deploy } from "./lib/deploy.ts";
import { startDevnet } from "./lib/devnet.ts";
import { findFabric, startFabric, type FabricPrograms } from "./lib/fabric.ts";
import { heddle, newHome, removeHome, startServer, timed } from "./lib/heddle.ts";
import { load } from "./lib/load.ts";
import { makeNetwork, type BatchShape } from "./lib/material.ts";
import { median, table } from "./lib/measure.ts";
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
  readonly skipped: string | undefined;
}

/** Fabric's own timing, and one as short as it can be. */
const FABRIC_TIMINGS: ReadonlyArray<{ readonly name: string; readonly batch: BatchShape }> = [
  { name: "real Fabric, default batch timeout 2 s", batch: { timeoutMs: 2000, maxMessages: 500 } },
  { name: "real Fabric, batch timeout 10 ms", batch: { timeoutMs: 10, maxMessages: 500 } },
];

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

/** Start of the nodes to a transaction committed on every peer; identities are made before, the chaincode starts within. */
async function script(batch: BatchShape, programs: FabricPrograms | undefined): Promise<number> {
  const network = await makeNetwork(2, batch);
  const began = performance.now();
  const nodes = programs === undefined ? await startDevnet(network) : await startFabric(network, programs);
  const chaincode = await deploy(network);
  try {
    await load(network, [], { transactions: 1, warmUp: 0, inFlight: 1 });
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
    for (let round = 0; round < rounds; round += 1) {
      for (const platform of platforms) times.get(platform.name)?.push(await script(platform.batch, platform.programs));
    }
    const scripts = [...times].map(([name, seconds]) => ({ name, seconds: median(seconds) }));
    for (const { name, seconds } of scripts) say(`${name}: ${seconds.toFixed(2)} s`);
    const skipped = typeof programs === "string" ? programs : undefined;
    return { rounds, help, up: upWarm, upCold, create: created.seconds, phases: created.phases, scripts, skipped };
  },
  render({ rounds, help, up: upSeconds, upCold, create: createSeconds, phases, scripts, skipped }) {
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
    const shown = Object.entries(phases).map(([name, seconds]) => `${name} ${seconds.toFixed(2)}`);
    const note = skipped === undefined ? "" : `\n\nReal Fabric: **skipped**, ${skipped}.`;
    return `Medians of ${rounds}. The chaincode's process is started within every figure, though the target leaves it out. Phases of the API call, which overlap: ${shown.join(", ")}.\n\n${own}\n\n${compared}${note}`;
  },
};
