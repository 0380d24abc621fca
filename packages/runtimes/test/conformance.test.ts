import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { EmbeddedRuntime, type Observation } from "../src/index.ts";
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

/** A row for each runtime there is. */
const runtimes: readonly RuntimeUnderTest[] = [
  {
    name: "embedded",
    open: (folder) => new EmbeddedRuntime({ home: folder }),
    async crash({ pid = 0 }) {
      process.kill(pid, "SIGKILL");
      await eventually(`the end of process ${pid}`, () => (isGone(pid) ? true : undefined));
    },
    async startAndDie(folder, name) {
      const owner = spawn(
        process.execPath,
        ["--conditions=@heddle/source", path.join(import.meta.dirname, "support/owner.ts"), folder, name],
        {
          stdio: ["ignore", "pipe", "inherit"],
        },
      );
      const [output] = (await once(owner.stdout, "data")) as [Buffer];
      owner.kill("SIGKILL");
      await once(owner, "exit");
      return JSON.parse(output.toString("utf8")) as Observation[];
    },
  },
];

for (const runtime of runtimes) runtimeConformance(runtime);
