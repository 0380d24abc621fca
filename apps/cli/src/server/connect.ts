import { createClient, type Client } from "@heddle/api";
import { isHeddleError } from "@heddle/network";
import { asCalled } from "../called.ts";
import { cliErrors } from "../errors.ts";
import type { Output } from "../output.ts";
import { seconds } from "../render/values.ts";
import { readAddress, type ServerAddress } from "./address.ts";
import { homeFolder, logFile } from "./home.ts";
import { startServer } from "./start.ts";

/** A server that answers. */
export interface Server {
  readonly client: Client;
  readonly address: ServerAddress;
  readonly home: string;
  /** Whether this command has started it. */
  readonly started: boolean;
}

/** What is at the address that a server of this home has left. */
export type Found =
  | { readonly state: "absent" }
  | { readonly state: "answers"; readonly server: Server }
  /** Its address takes connections, but nothing comes back. */
  | { readonly state: "silent"; readonly address: ServerAddress };

/** Milliseconds in which a server has to tell that it is well. */
const ANSWER_MS = 5_000;

/** Looks for the server of this home. */
export async function findServer(home: string = homeFolder()): Promise<Found> {
  const address = await readAddress(home);
  if (address === undefined) return { state: "absent" };
  const client = createClient(address.url, address.token);
  const patience = AbortSignal.timeout(ANSWER_MS);
  try {
    const health = await client.health({}, { signal: patience });
    // Another program may have the port by now.
    return health.pid === address.pid ? { state: "answers", server: { client, address, home, started: false } } : { state: "absent" };
  } catch (error) {
    if (patience.aborted) return { state: "silent", address };
    if (isHeddleError(error) && !["API_UNREACHABLE", "API_UNAUTHORIZED", "API_RESPONSE_INVALID"].includes(error.code)) throw error;
    return { state: "absent" };
  }
}

/**
 * The server of this home; starts one in the background, and says so, where there is none.
 * @param port where to start it; any free one near the usual if nothing is said.
 * @throws HeddleError CLI_SERVER_SILENT, CLI_SERVER_NOT_STARTED
 */
export async function connect(output: Output, signal: AbortSignal, port?: number): Promise<Server> {
  const home = homeFolder();
  const found = await findServer(home);
  if (found.state === "silent") throw cliErrors.create("CLI_SERVER_SILENT", { ...found.address, log: logFile(home) });
  if (found.state === "answers") {
    const { url } = found.server.address;
    if (port !== undefined && port !== 0 && Number(new URL(url).port) !== port)
      output.note(asCalled(`the server runs already, on ${url}; stop it with heddle down to move it`));
    return found.server;
  }
  const began = performance.now();
  output.status("  starting the server");
  const server = await startServer({ home, port, find: () => answering(home), signal });
  const took = seconds((performance.now() - began) / 1000);
  output.note(asCalled(`server started in the background on ${server.address.url}  ${took}  (heddle down stops it)`));
  return { ...server, started: true };
}

async function answering(home: string): Promise<Server | undefined> {
  const found = await findServer(home);
  return found.state === "answers" ? found.server : undefined;
}
