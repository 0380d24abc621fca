// Kills the server with SIGKILL at every fault point of an import, and starts it again.
import { once } from "node:events";
import { createConnection, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterAll, expect, it, vi } from "vitest";
import { ForeignNetwork } from "../import/support/foreign.ts";
import { folderSource } from "../import/support/sources.ts";
import { put } from "../real-fabric/support/calls.ts";
import { expectGone } from "./support/expectations.ts";
import { Heddle, networkFile } from "./support/heddle.ts";
import { faultPoints } from "./support/points.ts";
import { snapshot } from "./support/world.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const heddle = new Heddle();
const foreign = await ForeignNetwork.start("devnet");
afterAll(async () => {
  await heddle.dispose();
  await foreign[Symbol.asyncDispose]();
});
await heddle.up();

const { forward } = await faultPoints("network.import", networkFile("any", "solo"), {
  spec: networkFile("any", "solo"),
  nodes: [],
  chaincodes: [],
  skipped: [],
  notes: [],
  staged: "none",
});
const source = folderSource(foreign.consortium);

/** Keys that wait for an import, and the note of them. */
function waiting(): unknown[] {
  const { rows } = snapshot(heddle);
  const keys = [...(rows["secrets"] ?? []), ...(rows["data_keys"] ?? [])].filter(({ network }) => String(network).startsWith("import:"));
  return [...keys, ...(rows["settings"] ?? []).filter(({ key }) => key === "imports")];
}

it("lists the points that are walked", () => {
  expect(forward.length).toBeGreaterThan(12);
  expect(forward).toContain("network.import/operation/settled");
  console.log(forward.join("\n"));
});

it.each(forward.map((point, index) => [point, `walked${index}`]))("a network is imported once, killed at %s", async (point, name) => {
  await heddle.killedAt(point, () => heddle.client.importNetwork({ body: { name, source } }));
  const operation = await heddle.lastOperation(name);
  expect((await heddle.succeeded(operation.id)).result).toMatchObject({ network: name, channels: [{ channel: "trade" }] });
  expect((await heddle.client.getNetwork({ params: { name } })).state).toBe("ready");
  const [fn = "", ...args] = put("walked", point);
  const call = { params: { name, chaincode: "ledger" }, body: { function: fn, args } };
  expect((await heddle.client.submitTransaction(call)).code).toBe("VALID");
  expect(waiting()).toEqual([]);
  const deletion = await heddle.delete(name);
  expectGone(heddle, name, [deletion.id]);
});

it("leaves nothing of an import whose network went away before it was read", async () => {
  const [peer] = foreign.consortium.organizations[0].nodes;
  await using way = await Way.to(peer?.ports.grpc ?? 0);
  const profile = {
    organizations: { Org1: { mspid: "Org1MSP", peers: ["peer0.org1.example.com"] } },
    peers: {
      "peer0.org1.example.com": {
        url: `grpcs://127.0.0.1:${way.port}`,
        tlsCACerts: { pem: foreign.consortium.organizations[0].material.tlsCa.certificatePem },
        grpcOptions: { "ssl-target-name-override": "peer0.org1.example.com" },
      },
    },
  };
  const { signing } = foreign.consortium.organizations[0].material.users[0] ?? {};
  const identity = { certificate: signing?.certificatePem ?? "", privateKey: signing?.privateKeyPem ?? "" };
  const name = "gone";
  await heddle.arm("network.import/prepare/after-run");
  const body = { name, source: { kind: "profile" as const, profile: JSON.stringify(profile), identities: [identity] } };
  const acting = heddle.client.importNetwork({ body }).catch(() => undefined);
  await heddle.died();
  await acting;
  await way.close();
  await heddle.up();
  const operation = await heddle.lastOperation(name);
  const over = await heddle.over(operation.id);
  expect([over.state, over.error?.code]).toEqual(["failed", "FABRIC_UNREACHABLE"]);
  expect(waiting()).toEqual([]);
  expectGone(heddle, name, [operation.id]);
});

/** A way to a port, which can be closed. */
class Way implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async to(port: number): Promise<Way> {
    const server = createServer();
    const way = new Way(server);
    server.on("connection", (near) => {
      const far = createConnection({ host: "127.0.0.1", port });
      for (const socket of [near, far]) {
        way.#sockets.add(socket);
        socket.on("error", () => undefined);
      }
      near.pipe(far).pipe(near);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return way;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
