import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isFree, PortLeases } from "../../src/process/ports.ts";

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "heddle-ports-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

interface Lessee {
  readonly child: ChildProcess;
  /** Begins leasing; the ports, when all are leased. */
  readonly lease: () => Promise<number[]>;
}

/** A process that leases ports when told to and holds them until it is killed. */
async function lessee(home: string, name: string, rounds: number, each: number): Promise<Lessee> {
  const script = path.join(import.meta.dirname, "../support/lessee.ts");
  const child = spawn(process.execPath, ["--conditions=@heddle/source", script, home, name, String(rounds), String(each)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe("ready");
  return {
    child,
    async lease() {
      child.stdin.write("go\n");
      return JSON.parse(String((await lines.next()).value)) as number[];
    },
  };
}

describe("port leases", () => {
  it("never give a port twice to processes of one home that lease at the same time", async () => {
    const all = await Promise.all(Array.from({ length: 8 }, (_, index) => lessee(folder, `net${index}`, 10, 7)));
    const ports = (await Promise.all(all.map(({ lease }) => lease()))).flat();
    expect(ports).toHaveLength(560);
    expect(new Set(ports).size).toBe(560);
    const leases = new PortLeases(folder);
    expect(new Set(leases.of("net3").map(({ port }) => port))).toEqual(new Set(ports.slice(3 * 70, 4 * 70)));
    // They outlive the processes that took them.
    for (const { child } of all) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    expect(leases.of("net5")).toHaveLength(70);
    expect(readdirSync(folder)).toHaveLength(560);
    await leases.release("net5");
    expect(readdirSync(folder)).toHaveLength(490);
  });

  it("never give a port to two homes before something listens on it", async () => {
    const all = await Promise.all(Array.from({ length: 4 }, (_, index) => lessee(path.join(folder, String(index)), "net", 40, 20)));
    const ports = (await Promise.all(all.map(({ lease }) => lease()))).flat();
    expect(new Set(ports).size).toBe(4 * 800);
  });

  it("are whole wherever the process is killed", async () => {
    const { child } = await lessee(folder, "killed", 50, 20);
    child.stdin?.write("go\n");
    while (readdirSync(folder).length < 100) await new Promise((resolve) => setTimeout(resolve, 1));
    child.kill("SIGKILL");
    await once(child, "exit");
    const leases = new PortLeases(folder);
    expect(leases.of("killed")).toHaveLength(readdirSync(folder).length);
    await leases.release("killed");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("pass over what other programs listen on", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    expect(await isFree(typeof address === "object" ? (address?.port ?? 0) : 0)).toBe(false);
    server.close();
    await once(server, "close");
    expect(await isFree(typeof address === "object" ? (address?.port ?? 0) : 0)).toBe(true);
  });

  it("release one holder or all of a network, and leave what is none alone", async () => {
    const leases = new PortLeases(folder);
    await leases.lease("one", ["a", "b:c"]);
    await leases.lease("two", ["a"]);
    writeFileSync(path.join(folder, "notes"), "not a lease");
    expect(
      leases
        .of("one")
        .map(({ holder }) => holder)
        .toSorted(),
    ).toEqual(["a", "b:c"]);
    await leases.release("one", "b:c");
    expect(leases.of("one").map(({ holder }) => holder)).toEqual(["a"]);
    await leases.release("one");
    await leases.release("one");
    expect(leases.of("one")).toEqual([]);
    expect(leases.of("two")).toHaveLength(1);
    expect(readdirSync(folder)).toContain("notes");
  });

  it("say when there are none left, and hold none then", async () => {
    const leases = new PortLeases(folder);
    const before = Array.from({ length: 10_000 }, (_, index) => `holder ${index}`);
    await expect(leases.lease("greedy", before)).rejects.toMatchObject({ code: "RUNTIME_PORTS_EXHAUSTED" });
    expect(readdirSync(folder)).toEqual([]);
    expect((await leases.lease("modest", ["a"])).size).toBe(1);
  });
});
