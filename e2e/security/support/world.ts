import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createClient, type Client, type Operation } from "@heddle/api";
import { presetNetwork } from "@heddle/network";
import { serve, type RunningServer } from "@heddle/server";

/** Name of the network, its only channel and its only chaincode. */
export const NETWORK = "sample";
export const CHANNEL = "main";
export const CHAINCODE = "food-tracing";

/** A server on a home of its own, with one real network on the embedded runtime. */
export interface World {
  readonly home: string;
  readonly log: string;
  readonly server: RunningServer;
  readonly client: Client;
  /** Follows an operation that was accepted to its end; throws where that is not success. */
  readonly ended: (accepted: { readonly operation: Operation }) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts a server and makes the network. */
export async function startWorld(): Promise<World> {
  const home = await mkdtemp(path.join(tmpdir(), "heddle-security-"));
  const log = path.join(home, "logs", "server.log");
  const server = await serve({ home, port: 0, logLevel: "debug", logFile: log, console: { root: home, build: false } });
  const client = createClient(server.url, server.token);
  const ended = async ({ operation }: { readonly operation: Operation }): Promise<void> => {
    for await (const { type, data } of client.events({ query: { after: 0, operation: operation.id } })) {
      const { state, error } = data as Partial<Operation>;
      if (type !== "operation.changed" || state === undefined || ["queued", "running", "undoing"].includes(state)) continue;
      if (state !== "succeeded") throw new Error(`${operation.summary}: ${state}: ${error?.message ?? ""}`);
      return;
    }
  };
  const world: World = {
    home,
    log,
    server,
    client,
    ended,
    async stop() {
      const { networks } = await client.listNetworks();
      for (const { name } of networks) await ended(await client.deleteNetwork({ params: { name } }));
      await server.close();
      await rm(home, { recursive: true, force: true });
    },
  };
  try {
    await ended(await client.createNetwork({ body: { spec: toJson(presetNetwork("solo", { name: NETWORK, chaincode: CHAINCODE })) } }));
  } catch (error) {
    await world.stop();
    throw error;
  }
  return world;
}

function toJson(value: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
}

/** Headers of a browser on the server's own pages, in a session begun by a login link for an account. */
export async function enter({ client, server }: World, account: string): Promise<Record<string, string>> {
  const { code } = await client.createLoginLink({ params: { account } });
  const origin = { origin: server.url, "sec-fetch-site": "same-origin" };
  const response = await fetch(`${server.url}/api/v1/session/link`, {
    method: "POST",
    headers: { "content-type": "application/json", ...origin },
    body: JSON.stringify({ code }),
  });
  const [cookie = ""] = response.headers.getSetCookie();
  if (!response.ok || cookie === "") throw new Error(`the link of ${account} did not let it in: ${await response.text()}`);
  return { ...origin, cookie: cookie.split(";")[0] ?? "" };
}
