import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createClient, type Client, type Operation, type OperationDetail } from "@heddle/api";
import { formatNetworkFile, presetNetwork, validateNetwork, type NetworkFileInput } from "@heddle/network";
import { serve, type RunningServer } from "@heddle/server";

const DEADLINE_MS = 60_000;

/** A real server in this process, on a home of its own. */
export class DevelopmentServer {
  readonly home: string;
  readonly server: RunningServer;
  readonly client: Client;
  readonly #networks: string[] = [];

  private constructor(home: string, server: RunningServer) {
    this.home = home;
    this.server = server;
    this.client = createClient(server.url, server.token);
  }

  static async start(): Promise<DevelopmentServer> {
    const home = mkdtempSync(path.join(tmpdir(), "heddle-development-"));
    const server = await serve({ home, port: 0, logLevel: "silent", console: { root: home, build: false } });
    return new DevelopmentServer(home, server);
  }

  /** Waits for the end of what was accepted. Throws unless it succeeded. */
  async ended({ operation }: { readonly operation: Operation }): Promise<OperationDetail> {
    const found = await until(
      () => this.client.getOperation({ params: { id: operation.id } }),
      ({ state }) => !["queued", "running", "undoing"].includes(state),
    );
    if (found.state !== "succeeded") throw new Error(`${found.summary}: ${found.state} ${JSON.stringify(found.error)}`);
    return found;
  }

  /** Creates a network from a preset, changed as wanted, and waits until it is ready. */
  async create(name: string, change: (file: NetworkFileInput) => void): Promise<void> {
    const file = JSON.parse(JSON.stringify(presetNetwork("consortium", { name, chaincode: "" }))) as NetworkFileInput;
    change(file);
    this.#networks.push(name);
    await this.ended(await this.client.createNetwork({ body: { file: formatNetworkFile(validateNetwork(file)) } }));
  }

  async stop(): Promise<void> {
    for (const name of this.#networks) {
      const { networks } = await this.client.listNetworks({});
      if (networks.some((one) => one.name === name)) await this.ended(await this.client.deleteNetwork({ params: { name } }));
    }
    await this.server.close();
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** Asks until the answer is right. Throws with the last answer when that takes too long. */
export async function until<Value>(ask: () => Promise<Value>, right: (value: Value) => boolean): Promise<Value> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const value = await ask();
    if (right(value)) return value;
    if (Date.now() > deadline) throw new Error(`still not so: ${JSON.stringify(value)}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 25);
    });
  }
}
