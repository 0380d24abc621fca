import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { askDevnet } from "../src/control/client.ts";
import type { ControlRequest } from "../src/control/messages.ts";
import { openControl } from "../src/control/server.ts";
import { devnetConfigSchema, type DevnetNode } from "../src/index.ts";
import { TestNetwork } from "./support/network.ts";

// A devnet whose nodes change while it runs. That other nodes' connections hold is shown by the runtimes' conformance.

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");
const call = (...args: string[]) => ({ channelId: "trade", chaincode: "basic", args });

function nodeOf(network: TestNetwork, name: string): DevnetNode {
  const node = devnetConfigSchema.parse(network.config).nodes.find((one) => one.name === name);
  if (node === undefined) throw new Error(`no node ${name}`);
  return node;
}

async function start(storage: "kept" | "memory"): Promise<TestNetwork> {
  const network = await TestNetwork.start({ storage });
  cleanups.push(() => network.close());
  await network.deploy();
  return network;
}

describe.each(["kept", "memory"] as const)("a running network, %s", (storage) => {
  it("goes on after each of its nodes was restarted, with its channels and packages", async () => {
    const network = await start(storage);
    const { user } = network.organization(1);
    for (const [index, name] of ["peer0.org1.example.com", "peer0.org2.example.com", "orderer0.example.com"].entries()) {
      await network.change({ restart: [nodeOf(network, name)] });
      // By new connections: gRPC waits before it tries one again that was cut.
      await network.gateway(1).submit(call("put", "k", String(index)), user);
      expect(text(await network.gateway(2).evaluate(call("get", "k"), network.organization(2).user))).toBe(String(index));
    }
    expect(await network.participation().list()).toEqual(["trade"]);
  });

  it("lets a peer leave a channel, and join it again", async () => {
    const network = await start(storage);
    const { client, admin } = network.organization(2);
    await network.change({ leave: { peers: ["peer0.org2.example.com"], channel: "trade" } });
    expect(await client.channels(admin)).toEqual([]);
    await client.joinChannel(network.genesis, admin);
    await network.gateway(1).submit(call("put", "k", "again"), network.organization(1).user);
    expect(text(await network.gateway(2).evaluate(call("get", "k"), network.organization(2).user))).toBe("again");
  });

  it("drops a peer with its channels and packages: one of its name begins anew", async () => {
    const network = await start(storage);
    const { admin } = network.organization(2);
    const peer = nodeOf(network, "peer0.org2.example.com");
    await network.change({ drop: [peer.name] });
    await expect(network.gateway(2).evaluate(call("get", "k"), network.organization(2).user)).rejects.toMatchObject({
      code: "FABRIC_UNREACHABLE",
    });
    await network.change({ start: [peer] });
    // A connection of its own, as above.
    const { PeerClient } = await import("@heddle/fabric");
    using client = new PeerClient(network.organization(2).peer);
    expect(await client.channels(admin)).toEqual([]);
    expect(await client.installedChaincodes(admin)).toEqual([]);
  });
});

describe("a change that fails", () => {
  it("leaves a node that cannot be started again as it was, and none of those that were to come", async () => {
    const network = await start("kept");
    const peer = nodeOf(network, "peer0.org1.example.com");
    await expect(network.change({ restart: [{ ...peer, msp: "/nowhere" }] })).rejects.toMatchObject({ code: "DEVNET_NODE_FAILED" });
    const second = { ...peer, name: "peer1.org1.example.com" };
    await expect(network.change({ start: [second] })).rejects.toMatchObject({ code: "DEVNET_NODE_FAILED" });
    await network.gateway(1).submit(call("put", "k", "still"), network.organization(1).user);
  });
});

describe("the control socket", () => {
  const logger = pino({ level: "silent" });

  it("is reached in a folder whose path is too long for a socket's, by its owner alone", async () => {
    const root = mkdtempSync(path.join(tmpdir(), "heddle-control-"));
    cleanups.push(() => rmSync(root, { recursive: true }));
    const folder = path.join(root, "a-network-with-a-long-name".repeat(8));
    mkdirSync(folder);
    const file = path.join(folder, "control.sock");
    const asked: ControlRequest[] = [];
    const server = await openControl(file, async (request) => void asked.push(request), logger);
    cleanups.push(() => server.close());
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await askDevnet(file, { restart: ["peer0"] })).toEqual({ done: true });
    expect(asked).toEqual([{ restart: ["peer0"] }]);
    expect(await askDevnet(file, { restrat: ["peer0"] } as ControlRequest)).toMatchObject({ done: false, code: "DEVNET_CONTROL_FAILED" });
    expect(asked).toHaveLength(1);
  });

  it("is taken over from a process that was killed, and rejects where nobody listens", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "heddle-control-"));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, "control.sock");
    await expect(askDevnet(file, {})).rejects.toThrow("ENOENT");
    const first = await openControl(file, () => Promise.resolve(), logger);
    cleanups.push(() => first.close());
    const second = await openControl(file, () => Promise.resolve(), logger);
    cleanups.push(() => second.close());
    expect(await askDevnet(file, {})).toEqual({ done: true });
  });
});
