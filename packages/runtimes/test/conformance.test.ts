import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { EmbeddedRuntime, findTools, NativeRuntime, type Observation } from "../src/index.ts";
import { runtimeConformance, type RuntimeUnderTest } from "./conformance.ts";
import { eventually } from "./support/conditions.ts";

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

async function crash({ pid = 0 }: Observation): Promise<void> {
  process.kill(pid, "SIGKILL");
  await eventually(`the end of process ${pid}`, () => (isGone(pid) ? true : undefined));
}

function startAndDie(runtime: string): RuntimeUnderTest["startAndDie"] {
  return async (folder, name) => {
    const program = path.join(import.meta.dirname, "support/owner.ts");
    const owner = spawn(process.execPath, ["--conditions=@heddle/source", program, folder, name, runtime], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [output] = (await once(owner.stdout, "data")) as [Buffer];
    owner.kill("SIGKILL");
    await once(owner, "exit");
    return JSON.parse(output.toString("utf8")) as Observation[];
  };
}

function whyNotNative(): string | undefined {
  try {
    findTools();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A row for each runtime there is. */
const runtimes: readonly RuntimeUnderTest[] = [
  {
    name: "embedded",
    nodeIsProcess: false,
    open: (folder) => new EmbeddedRuntime({ home: folder }),
    crash,
    startAndDie: startAndDie("embedded"),
  },
  {
    name: "native",
    missing: whyNotNative(),
    nodeIsProcess: true,
    open: (folder) => new NativeRuntime({ home: folder }),
    crash,
    startAndDie: startAndDie("native"),
  },
];

for (const runtime of runtimes) runtimeConformance(runtime);
