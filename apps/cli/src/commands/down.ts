import { setTimeout as pause } from "node:timers/promises";
import type { Invocation } from "../command.ts";
import { cliErrors } from "../errors.ts";
import { findServer, type Server } from "../server/connect.ts";
import { homeFolder, logFile } from "../server/home.ts";

/** How long a server may take to stop, and the time between two looks. Milliseconds. */
const STOP_MS = 15_000;
const LOOK_MS = 50;

/** `heddle down`: stops the server, also one that no longer answers; networks go on and keep their data. */
export async function run({ output, signal }: Invocation): Promise<void> {
  const home = homeFolder();
  const found = await findServer(home);
  if (found.state === "absent") {
    output.result({ stopped: false }, () => "no server is running\n");
    return;
  }
  const { pid } = found.state === "answers" ? found.server.address : found.address;
  const networks = found.state === "answers" ? await namesOfNetworks(found.server, signal) : [];
  output.status("  stopping the server");
  process.kill(pid, "SIGTERM");
  const deadline = performance.now() + STOP_MS;
  while (isRunning(pid)) {
    if (performance.now() > deadline)
      throw cliErrors.create("CLI_SERVER_NOT_STOPPED", { pid, seconds: STOP_MS / 1000, log: logFile(home) });
    await pause(LOOK_MS, undefined, { signal });
  }
  const rest = networks.length === 0 ? "" : `; networks go on without it: ${networks.join(", ")}`;
  output.result({ stopped: true, pid, networks }, () => `server stopped (process ${pid})${rest}\n`);
}

/** Only told to the person: the server is stopped whether it can say this or not. */
async function namesOfNetworks({ client }: Server, signal: AbortSignal): Promise<string[]> {
  try {
    return (await client.listNetworks({}, { signal })).networks.map(({ name }) => name);
  } catch {
    return [];
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
