import { setTimeout as pause } from "node:timers/promises";
import type { Invocation } from "../command.ts";
import { cliErrors } from "../errors.ts";
import { findServer } from "../server/connect.ts";
import { homeFolder, logFile } from "../server/home.ts";

/** How long a server may take to stop, and the time between two looks. Milliseconds. */
const STOP_MS = 15_000;
const LOOK_MS = 50;

/** `heddle down`: stops the server; networks keep their data. */
export async function run({ output, signal }: Invocation): Promise<void> {
  const home = homeFolder();
  const server = await findServer(home);
  if (server === undefined) {
    output.result({ stopped: false }, () => "no server is running\n");
    return;
  }
  const { pid } = server.address;
  process.kill(pid, "SIGTERM");
  const deadline = performance.now() + STOP_MS;
  while (isRunning(pid)) {
    if (performance.now() > deadline) throw cliErrors.create("CLI_SERVER_NOT_STOPPED", { pid, log: logFile(home) });
    await pause(LOOK_MS, undefined, { signal });
  }
  output.result({ stopped: true, pid }, () => `server stopped (process ${pid})\n`);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
