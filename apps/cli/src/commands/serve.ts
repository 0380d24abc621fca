import { once } from "node:events";
import { flushCompileCache } from "node:module";
import path from "node:path";
import { isHeddleError } from "@heddle/network";
import type { RunningServer, ServeOptions } from "@heddle/server";
import { asCalled } from "../called.ts";
import { flag, text, type Invocation } from "../command.ts";
import { cliErrors } from "../errors.ts";
import { portNumber } from "../input/values.ts";
import { consoleReady, loginLink } from "../server/console.ts";
import { homeFolder, logFile } from "../server/home.ts";
import { IN_BACKGROUND } from "../server/start.ts";

/** When what was compiled is kept, in milliseconds after the start: the first network is created by then. */
const KEEP_COMPILED_MS = 10_000;

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
    tls: tlsFiles(invocation),
    // `as-is`: what was built before is shown, whatever has changed since.
    console: { build: process.env["HEDDLE_CONSOLE"] !== "as-is" },
  };
  const server = await listen(options, flag(invocation, "anyPort"));
  const { consoleUrl } = server;
  output.item(
    { url: server.url, console: consoleUrl, home, log: options.logFile },
    `Heddle listens on ${consoleUrl}; its log is ${options.logFile}`,
  );
  // Node.js does so at its end, but a server lives for days, and may be killed.
  setTimeout(flushCompileCache, KEEP_COMPILED_MS).unref();
  if (process.env[IN_BACKGROUND] === undefined) await welcome(server, invocation);
  if (!signal.aborted) await once(signal, "abort");
  await server.close();
}

/** Builds the console, and lets the first owner in while nobody has been yet. */
async function welcome(server: RunningServer, { output, signal }: Invocation): Promise<void> {
  const { createClient } = await import("@heddle/api");
  const client = createClient(server.url, server.token);
  try {
    await consoleReady(client, output, signal);
    const { accounts } = await client.listAccounts({}, { signal });
    if (accounts.some(({ lastLoginAt }) => lastLoginAt !== undefined)) {
      output.note(asCalled("log in with your password, or by a link of: heddle login"));
      return;
    }
    const link = await loginLink(client, { pid: process.pid, url: server.url, console: server.consoleUrl, token: server.token });
    output.item({ login: link }, `Open the console once with ${link.url} (valid until ${link.expiresAt})`);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function tlsFiles(invocation: Invocation): ServeOptions["tls"] {
  const [cert, key] = [text(invocation, "tlsCert"), text(invocation, "tlsKey")];
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw cliErrors.create("CLI_USAGE", { reason: "--tls-cert and --tls-key are given together", command: "heddle serve" });
  return { cert: path.resolve(cert), key: path.resolve(key) };
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
