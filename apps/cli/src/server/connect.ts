import { createClient, type Client } from "@heddle/api";
import { isHeddleError } from "@heddle/network";
import { cliErrors } from "../errors.ts";
import type { Output } from "../output.ts";
import { seconds } from "../render/values.ts";
import { readAddress, type ServerAddress } from "./address.ts";
import { homeFolder } from "./home.ts";
import { startServer } from "./start.ts";

/** A server that answers. */
export interface Server {
  readonly client: Client;
  readonly address: ServerAddress;
  readonly home: string;
  /** Whether this command has started it. */
  readonly started: boolean;
}

/** The server of this home, if one answers. */
export async function findServer(home: string = homeFolder()): Promise<Server | undefined> {
  const address = await readAddress(home);
  if (address === undefined) return undefined;
  const client = createClient(address.url, address.token);
  try {
    const health = await client.health({}, { signal: AbortSignal.timeout(5_000) });
    // Another program may have the port by now.
    return health.pid === address.pid ? { client, address, home, started: false } : undefined;
  } catch (error) {
    if (
      isHeddleError(error) &&
      error.code !== "API_UNREACHABLE" &&
      error.code !== "API_UNAUTHORIZED" &&
      error.code !== "API_RESPONSE_INVALID"
    )
      throw error;
    return undefined;
  }
}

/** The server of this home; starts one in the background, and says so, where none answers. */
export async function connect(output: Output, signal: AbortSignal): Promise<Server> {
  const home = homeFolder();
  const found = await findServer(home);
  if (found !== undefined) return found;
  const began = performance.now();
  output.status("  starting the server");
  await startServer(home, () => findServer(home), signal);
  const server = await findServer(home);
  if (server === undefined) throw cliErrors.create("CLI_SERVER_NOT_RUNNING", {});
  output.note(`server started on ${server.address.url}  ${seconds((performance.now() - began) / 1000)}`);
  return { ...server, started: true };
}
