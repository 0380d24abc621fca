import { once } from "node:events";
import { isHeddleError } from "@heddle/network";
import type { RunningServer, ServeOptions } from "@heddle/server";
import { flag, text, type Invocation } from "../command.ts";
import { portNumber } from "../input/values.ts";
import { homeFolder, logFile } from "../server/home.ts";

/** `heddle serve`: the server, until it is told to stop. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const port = text(invocation, "port") ?? process.env["HEDDLE_PORT"];
  const home = homeFolder();
  const options: ServeOptions = {
    home,
    host: text(invocation, "host"),
    port: port === undefined ? undefined : portNumber(port),
    logFile: logFile(home),
  };
  const server = await listen(options, flag(invocation, "anyPort"));
  output.item({ url: server.url, home, log: options.logFile }, `Heddle listens on ${server.url}; its log is ${options.logFile}`);
  if (!signal.aborted) await once(signal, "abort");
  await server.close();
}

async function listen(options: ServeOptions, anyPort: boolean): Promise<RunningServer> {
  const { serve } = await import("@heddle/server");
  try {
    return await serve(options);
  } catch (error) {
    if (!anyPort || !isHeddleError(error, "SERVER_PORT_TAKEN")) throw error;
    return serve({ ...options, port: 0 });
  }
}
