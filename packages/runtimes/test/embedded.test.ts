import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { EmbeddedRuntime, type NetworkPlace } from "../src/index.ts";
import { isAlive, startTicks } from "../src/process/table.ts";
import { codeOf, eventually } from "./support/conditions.ts";
import { nodeFiles, serviceOf, smallNetwork, startNetwork } from "./support/network.ts";

// What the embedded runtime does beyond the promises of every runtime: how it looks at this machine.

let home: string;
let runtime: EmbeddedRuntime;
const networks: string[] = [];
const children: ChildProcess[] = [];

beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), "heddle-embedded-"));
  runtime = new EmbeddedRuntime({ home });
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const name of networks.splice(0)) await runtime.destroy(name);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const folderOf = (name: string): string => path.join(home, "networks", name);

async function start(name: string): Promise<NetworkPlace> {
  networks.push(name);
  return startNetwork(runtime, name);
}

/** A process that waits, with these variables. */
async function sleeper(env: Record<string, string>): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn(process.execPath, ["-e", "process.stdout.write('up'); setInterval(() => undefined, 1000)"], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  children.push(child);
  await once(child.stdout, "data");
  return child as ChildProcess & { readonly pid: number };
}

function taken(port: number): Promise<Server> {
  const server = createServer().listen(port, "127.0.0.1");
  return once(server, "listening").then(() => server);
}

describe("names", () => {
  it("leaves a folder alone that it did not make", async () => {
    mkdirSync(folderOf("foreign"), { recursive: true });
    writeFileSync(path.join(folderOf("foreign"), "thesis.tex"), "years of work");
    expect(await codeOf(runtime.prepare(smallNetwork("foreign")))).toBe("RUNTIME_NAME_TAKEN");
    // Neither does the undoing of the creation that failed for it.
    expect(await runtime.destroy("foreign", "test")).toEqual([]);
    expect(readFileSync(path.join(folderOf("foreign"), "thesis.tex"), "utf8")).toBe("years of work");
    expect(await runtime.inventory("foreign")).toEqual([
      { kind: "directory", id: folderOf("foreign"), detail: expect.any(String) as string },
    ]);
    rmSync(folderOf("foreign"), { recursive: true });
  });

  it("goes on with an attempt that was interrupted before it had written its place", async () => {
    networks.push("interrupted");
    await runtime.prepare(smallNetwork("interrupted"));
    const ports = await runtime.inventory("interrupted");
    rmSync(folderOf("interrupted"), { recursive: true });
    mkdirSync(folderOf("interrupted"));
    writeFileSync(path.join(folderOf("interrupted"), "place.json.part"), '{"netw');
    await runtime.prepare(smallNetwork("interrupted"));
    // The ports of the first attempt were given back.
    expect((await runtime.inventory("interrupted")).length).toBe(ports.length);
    expect(await runtime.destroy("interrupted", "test")).toHaveLength(ports.length);
  });

  it("undoes an attempt that was interrupted between its ports and its place", async () => {
    await runtime.prepare(smallNetwork("half"));
    rmSync(folderOf("half"), { recursive: true });
    expect(await runtime.destroy("half", "test")).toHaveLength(6);
    expect(await runtime.inventory("half")).toEqual([]);
  });

  it("undoes what its own interrupted removal left", async () => {
    await runtime.prepare(smallNetwork("removed"));
    await runtime.deliver(await runtime.prepare(smallNetwork("removed")), await nodeFiles());
    rmSync(path.join(folderOf("removed"), "crypto", "peerOrganizations"), { recursive: true });
    expect((await runtime.destroy("removed", "test")).length).toBeGreaterThan(0);
    expect(existsSync(folderOf("removed"))).toBe(false);
  });

  it("is the same home by whatever name it is reached", async () => {
    const place = await start("linked");
    const link = `${home}-link`;
    symlinkSync(home, link);
    try {
      const other = new EmbeddedRuntime({ home: link });
      expect((await other.observe(place)).map(({ pid }) => pid)).toEqual((await runtime.observe(place)).map(({ pid }) => pid));
      expect(await other.ensure(place)).toEqual([]);
    } finally {
      rmSync(link);
    }
  });

  it("says which file is damaged, and still removes all", async () => {
    await start("damaged");
    writeFileSync(path.join(folderOf("damaged"), "place.json"), "{");
    expect(await codeOf(runtime.find("damaged"))).toBe("RUNTIME_FILE_DAMAGED");
    await runtime.destroy("damaged");
    expect(await runtime.inventory("damaged")).toEqual([]);
  });
});

describe("processes", () => {
  it("finds what its own processes have started, and ends it with them", async () => {
    const place = await start("family");
    const child = await sleeper({ HEDDLE_HOME: home, HEDDLE_NETWORK: "family", HEDDLE_ROLE: "devnet" });
    const stray = { pid: child.pid, startTicks: startTicks(child.pid) ?? 0 };
    expect(await runtime.inventory("family")).toContainEqual({ kind: "process", id: String(child.pid), detail: "devnet" });
    await runtime.stop(place);
    expect(isAlive(stray)).toBe(false);
  });

  it("leaves processes of other homes, other networks and without a role alone", async () => {
    const marks: Record<string, string>[] = [
      { HEDDLE_HOME: `${home}-other`, HEDDLE_NETWORK: "alone", HEDDLE_ROLE: "devnet" },
      { HEDDLE_HOME: home, HEDDLE_NETWORK: "alone2", HEDDLE_ROLE: "devnet" },
      { HEDDLE_HOME: home, HEDDLE_NETWORK: "alone" },
      { HEDDLE_HOME: home, HEDDLE_NETWORK: "alon", HEDDLE_ROLE: "devnet" },
    ];
    const others = await Promise.all(marks.map((mark) => sleeper(mark)));
    await start("alone");
    expect((await runtime.inventory("alone")).filter(({ kind }) => kind === "process")).toHaveLength(1);
    await runtime.destroy("alone");
    for (const { pid } of others) expect(startTicks(pid)).toBeDefined();
  });

  it("neither adopts nor kills a process that has got the number of one of its own", async () => {
    const place = await start("recycled");
    const [before] = await runtime.observe(place);
    process.kill(before?.pid ?? 0, "SIGKILL");
    await eventually("its end", () => (startTicks(before?.pid ?? 0) === undefined ? true : undefined));
    const innocent = await sleeper({});
    // The machine was started again: the number in the file now belongs to somebody else.
    writeFileSync(path.join(folderOf("recycled"), "ready.json"), JSON.stringify({ pid: innocent.pid }));
    expect((await runtime.observe(place)).map(({ state }) => state)).toEqual(["failed", "failed"]);
    expect(await runtime.ensure(place)).toEqual(["nodes"]);
    const [after] = await runtime.observe(place);
    expect(after?.pid).not.toBe(innocent.pid);
    await runtime.destroy("recycled");
    expect(startTicks(innocent.pid)).toBeDefined();
  });

  it("is started under a mark of its own, without the settings of the server", async () => {
    process.env["HEDDLE_STORE"] = "postgres://heddle:secret@db/heddle";
    try {
      const place = await start("secrets");
      await runtime.startChaincode(place, await serviceOf(runtime, place, "tiny_1.0"));
      for (const { id } of (await runtime.inventory("secrets")).filter(({ kind }) => kind === "process")) {
        const environment = readFileSync(`/proc/${id}/environ`, "utf8");
        expect(environment).toContain("HEDDLE_NETWORK=secrets");
        expect(environment).not.toContain("HEDDLE_STORE");
      }
    } finally {
      delete process.env["HEDDLE_STORE"];
    }
  });
});

describe("ports", () => {
  it("says which port another program has taken, and starts once it is free", async () => {
    networks.push("conflict");
    const place = await runtime.prepare(smallNetwork("conflict"));
    await runtime.deliver(place, await nodeFiles());
    const other = await taken(place.nodes[1]?.grpc ?? 0);
    expect(await codeOf(runtime.start(place))).toBe("RUNTIME_PORT_TAKEN");
    expect((await runtime.inventory("conflict")).some(({ kind }) => kind === "process")).toBe(false);
    other.close();
    await runtime.start(place);
  });

  it("does not take another program for the chaincode it is to start", async () => {
    const place = await start("squatted");
    const service = await serviceOf(runtime, place, "tiny_1.0");
    const other = await taken(Number(service.address.split(":")[1]));
    expect(await codeOf(runtime.startChaincode(place, service))).toBe("RUNTIME_PORT_TAKEN");
    expect(await runtime.chaincodeRuns(place, "tiny_1.0")).toBe(false);
    other.close();
    await runtime.startChaincode(place, service);
  });
});

describe("logs", () => {
  it("gives the last lines of one node out of the file that all nodes write", async () => {
    networks.push("mixed");
    const place = await runtime.prepare(smallNetwork("mixed"));
    const file = path.join(folderOf("mixed"), "logs", "devnet.log");
    mkdirSync(path.dirname(file));
    const line = (node: string, count: number): string =>
      `${JSON.stringify({ level: 30, time: count, node, msg: `line ${count}`, block: 7 })}\n`;
    for (let count = 0; count < 100; count += 1) appendFileSync(file, line(place.nodes[count % 10 === 0 ? 0 : 1]?.name ?? "", count));
    const read = [];
    const request = { node: place.nodes[0]?.name, follow: false, tail: 3, signal: AbortSignal.timeout(10_000) };
    for await (const one of runtime.logs(place, request)) read.push(one);
    expect(read).toEqual(
      [70, 80, 90].map((count) => ({ node: place.nodes[0]?.name, line: `INFO line ${count} block=7`, at: new Date(count) })),
    );
  });
});
