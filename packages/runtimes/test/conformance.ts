import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NetworkPlace, Observation, Runtime } from "../src/index.ts";
import { isFree } from "../src/process/ports.ts";
import { codeOf, eventually } from "./support/conditions.ts";
import {
  nodeFiles,
  renewedFiles,
  secondPeer,
  secondPeerFiles,
  serviceOf,
  smallNetwork,
  startNetwork,
  tlsRootOf,
  widerNetwork,
} from "./support/network.ts";

/** What the suite has to know of a runtime to judge it. */
export interface RuntimeUnderTest {
  readonly name: string;
  /** Why it cannot run here. */
  readonly missing?: string | undefined;
  /** Whether every node is a process of its own, or one process is all of them. */
  readonly nodeIsProcess: boolean;
  /** A runtime on the world that a folder stands for. Two on the same folder are two servers, one after the other. */
  open(folder: string): Runtime;
  /** Ends, as a crash would, the process that an observation tells of; resolves when it is gone. */
  crash(observed: Observation): Promise<void>;
  /** Starts a network called `name` with the chaincode `tiny_1.0` from another process and kills that process; what was observed before. */
  startAndDie(folder: string, name: string): Promise<readonly Observation[]>;
}

/** What a runtime does, whichever it is: the promises of {@link Runtime}, one test each. */
export function runtimeConformance(subject: RuntimeUnderTest): void {
  const { missing, nodeIsProcess } = subject;
  const nodeProcesses = nodeIsProcess ? 2 : 1;
  const reason = missing === undefined ? "" : ` (skipped: ${missing})`;
  describe.skipIf(missing !== undefined)(`the runtime ${subject.name}${reason}`, () => {
    let folder: string;
    let runtime: Runtime;
    const names = new Set<string>();

    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), "heddle-runtime-"));
      runtime = subject.open(folder);
    });
    afterAll(async () => {
      for (const name of names) await runtime.destroy(name);
      await rm(folder, { recursive: true, force: true });
    });

    const start = (name: string): Promise<NetworkPlace> => {
      names.add(name);
      return startNetwork(runtime, name);
    };
    const stateOf = async (place: NetworkPlace): Promise<Record<string, string>> =>
      Object.fromEntries((await runtime.observe(place)).map(({ name, state }) => [name, state]));
    const pidsOf = async (place: NetworkPlace): Promise<Record<string, number | undefined>> =>
      Object.fromEntries((await runtime.observe(place)).map(({ name, pid }) => [name, pid]));

    describe("prepare", () => {
      it("gives every node addresses of its own, the same ones again to the same owner", async () => {
        names.add("place");
        const place = await runtime.prepare(smallNetwork("place"));
        expect(place.nodes.map(({ name }) => name)).toEqual(smallNetwork("place").nodes.map(({ name }) => name));
        const ports = place.nodes.flatMap(({ grpc, operations, chaincode, admin }) => [grpc, operations, chaincode ?? admin]);
        expect(new Set(ports).size).toBe(6);
        expect(await runtime.prepare(smallNetwork("place"))).toEqual(place);
        expect(await subject.open(folder).find("place")).toEqual(place);
      });

      it("refuses another owner, and changes nothing then", async () => {
        names.add("taken");
        const place = await runtime.prepare(smallNetwork("taken", "first"));
        const before = await runtime.inventory("taken");
        expect(await codeOf(runtime.prepare(smallNetwork("taken", "second")))).toBe("RUNTIME_NAME_TAKEN");
        expect(await runtime.inventory("taken")).toEqual(before);
        expect(await runtime.find("taken")).toEqual(place);
      });

      it("gives the same place to two that ask at the same time", async () => {
        names.add("twice");
        const places = await Promise.all([runtime.prepare(smallNetwork("twice")), runtime.prepare(smallNetwork("twice"))]);
        expect(places[0]).toEqual(places[1]);
        expect((await runtime.inventory("twice")).filter(({ kind }) => kind === "port")).toHaveLength(6);
      });

      it("finds nothing where nothing was prepared", async () => {
        expect(await runtime.find("nowhere")).toBeUndefined();
        expect(await runtime.inventory("nowhere")).toEqual([]);
      });
    });

    describe("start, observe and dial", () => {
      let place: NetworkPlace;
      beforeAll(async () => {
        place = await start("serve");
      });

      it("starts nodes that answer at their addresses with their own certificates", async () => {
        for (const node of place.nodes) {
          expect(await certificateName(node, await tlsRootOf(node.organization))).toBe(node.name);
          expect(await status(`http://${node.host}:${node.operations}/healthz`)).toBe(200);
        }
      });

      it("observes every node with its address and what it uses", async () => {
        const observed = await runtime.observe(place);
        expect(observed.map(({ name, kind, state, address }) => ({ name, kind, state, address }))).toEqual(
          place.nodes.map(({ name, kind, host, grpc }) => ({ name, kind, state: "running", address: `${host}:${grpc}` })),
        );
        for (const { memoryBytes = 0, since } of observed) {
          expect(memoryBytes).toBeGreaterThan(10_000_000);
          expect(since?.getTime()).toBeLessThanOrEqual(Date.now());
        }
      });

      it("changes nothing when started again", async () => {
        const before = await pidsOf(place);
        await runtime.start(place);
        expect(await runtime.ensure(place)).toEqual([]);
        expect(await pidsOf(place)).toEqual(before);
      });

      it("starts one set of nodes for many that ask at the same time", async () => {
        const crowded = await runtime.prepare(smallNetwork("crowded"));
        names.add("crowded");
        await runtime.deliver(crowded, await nodeFiles());
        await Promise.all(Array.from({ length: 6 }, (_, index) => (index % 2 === 0 ? runtime.start(crowded) : runtime.ensure(crowded))));
        expect((await runtime.inventory("crowded")).filter(({ kind }) => kind === "process")).toHaveLength(nodeProcesses);
        await runtime.destroy("crowded");
      });

      it("says what failed, and starts when it is mended", async () => {
        const broken = await runtime.prepare(smallNetwork("broken"));
        names.add("broken");
        const files = await nodeFiles();
        await runtime.deliver(
          broken,
          files.map((file) => (file.path.endsWith("server.key") ? { ...file, content: "not a key" } : file)),
        );
        expect(await codeOf(runtime.start(broken))).toBe("RUNTIME_NODES_FAILED");
        expect((await runtime.inventory("broken")).some(({ kind }) => kind === "process")).toBe(false);
        expect(new Set(Object.values(await stateOf(broken)))).toEqual(new Set(["failed"]));
        await runtime.deliver(broken, files);
        await runtime.start(broken);
        expect(new Set(Object.values(await stateOf(broken)))).toEqual(new Set(["running"]));
        await runtime.destroy("broken");
      });

      it("stops waiting when told to", async () => {
        const aborted = await runtime.prepare(smallNetwork("aborted"));
        names.add("aborted");
        await runtime.deliver(aborted, await nodeFiles());
        const controller = new AbortController();
        const starting = runtime.start(aborted, controller.signal);
        controller.abort(new Error("told to stop"));
        await expect(starting).rejects.toThrow("told to stop");
        await runtime.destroy("aborted");
        expect(await runtime.inventory("aborted")).toEqual([]);
      });
    });

    describe("chaincode", () => {
      let place: NetworkPlace;
      beforeAll(async () => {
        place = await start("services");
      });

      it("reserves an address for a label, the same one again", async () => {
        const first = await runtime.reserveChaincode(place, "one_1.0");
        expect(await runtime.reserveChaincode(place, "one_1.0")).toBe(first);
        expect(await runtime.reserveChaincode(place, "two_1.0")).not.toBe(first);
        await runtime.removeChaincode(place, "one_1.0");
        await runtime.removeChaincode(place, "two_1.0");
        expect((await runtime.inventory("services")).filter(({ detail }) => detail.includes("_1.0"))).toEqual([]);
      });

      it("runs it, once however often it is started, anew when it has to be fresh", async () => {
        const service = await serviceOf(runtime, place, "run_1.0");
        expect(await runtime.chaincodeRuns(place, "run_1.0")).toBe(false);
        await Promise.all([runtime.startChaincode(place, service), runtime.startChaincode(place, service)]);
        expect(await runtime.chaincodeRuns(place, "run_1.0")).toBe(true);
        const before = await pidsOf(place);
        expect(await stateOf(place)).toMatchObject({ "run_1.0": "running" });
        await runtime.startChaincode(place, service);
        expect(await pidsOf(place)).toEqual(before);
        await runtime.startChaincode(place, service, { fresh: true });
        expect((await pidsOf(place))["run_1.0"]).not.toBe(before["run_1.0"]);
        // Another package under the same label is another service.
        await runtime.startChaincode(place, { ...service, packageId: `run_1.0:${"0".repeat(64)}` });
        expect(
          (await runtime.inventory("services")).filter(({ kind, detail }) => kind === "process" && detail.includes("run_1.0")),
        ).toHaveLength(1);
        await runtime.removeChaincode(place, "run_1.0");
        expect(await runtime.chaincodeRuns(place, "run_1.0")).toBe(false);
        expect(await stateOf(place)).not.toHaveProperty("run_1.0");
      });

      it("refuses a folder that cannot be run", async () => {
        const service = await serviceOf(runtime, place, "none_1.0");
        expect(await codeOf(runtime.startChaincode(place, { ...service, folder: folder }))).toBe("RUNTIME_CHAINCODE_UNUSABLE");
        await runtime.removeChaincode(place, "none_1.0");
      });

      it("tells of chaincode that ends at once, keeps its log, and does not start it again", async () => {
        const service = await serviceOf(runtime, place, "exits_1.0", "exits");
        expect(await codeOf(runtime.startChaincode(place, service))).toBe("RUNTIME_CHAINCODE_FAILED");
        expect(await runtime.ensure(place)).toEqual([]);
        const lines = await collect(
          runtime.logs(place, { node: "exits_1.0", follow: false, tail: 50, signal: AbortSignal.timeout(10_000) }),
        );
        expect(lines.join("\n")).toContain("this contract cannot be loaded");
        await runtime.removeChaincode(place, "exits_1.0");
        expect((await runtime.inventory("services")).filter(({ detail }) => detail.includes("exits_1.0"))).toEqual([]);
      });
    });

    describe("logs", () => {
      let place: NetworkPlace;
      beforeAll(async () => {
        place = await start("logs");
      });
      const signal = (): AbortSignal => AbortSignal.timeout(20_000);

      it("keeps the lines of earlier starts and gives the last ones", async () => {
        await runtime.stop(place);
        await runtime.start(place);
        const all = await collect(runtime.logs(place, { follow: false, tail: 1000, signal: signal() }));
        expect(all.length).toBeGreaterThan(2);
        expect(await collect(runtime.logs(place, { follow: false, tail: 2, signal: signal() }))).toEqual(all.slice(-2));
        expect(await collect(runtime.logs(place, { follow: false, tail: 0, signal: signal() }))).toEqual([]);
        for (const { name } of place.nodes) {
          const own = runtime.logs(place, { node: name, follow: false, tail: 1000, signal: signal() });
          for await (const line of own) expect(line.node).toBe(name);
        }
      });

      it("follows chaincode from before its first line, over a restart, until told to stop", async () => {
        const service = await serviceOf(runtime, place, "talk_1.0");
        await runtime.startChaincode(place, service);
        const controller = new AbortController();
        const lines: string[] = [];
        const reading = (async () => {
          for await (const { line } of runtime.logs(place, { node: "talk_1.0", follow: true, tail: 100, signal: controller.signal }))
            lines.push(line);
        })();
        const starts = (): number => lines.filter((line) => line.includes("environment: ")).length;
        expect(await eventually("the first start in the log", () => (starts() > 0 ? starts() : undefined))).toBe(1);
        await runtime.startChaincode(place, service, { fresh: true });
        expect(await eventually("the second start in the log", () => (starts() > 1 ? starts() : undefined))).toBe(2);
        controller.abort();
        await reading;
      });

      it("refuses a node that is not there", async () => {
        expect(await codeOf(collect(runtime.logs(place, { node: "nobody", follow: false, tail: 1, signal: signal() })))).toBe(
          "RUNTIME_NODE_UNKNOWN",
        );
        expect(await codeOf(collect(runtime.logs(place, { node: "../devnet", follow: false, tail: 1, signal: signal() })))).toBe(
          "RUNTIME_NODE_UNKNOWN",
        );
      });
    });

    describe("stop, crash and ensure", () => {
      let place: NetworkPlace;
      beforeAll(async () => {
        place = await start("back");
        await runtime.startChaincode(place, await serviceOf(runtime, place, "tiny_1.0"));
      });
      const all = ["orderer0.example.com", "peer0.org1.example.com", "tiny_1.0"];
      const everywhere = (state: string): Record<string, string> => Object.fromEntries(all.map((name) => [name, state]));

      it("stops all, keeps what it needs, and starts all again at the same addresses", async () => {
        const addresses = (await runtime.observe(place)).map(({ address }) => address);
        await runtime.stop(place);
        expect(await stateOf(place)).toEqual(everywhere("stopped"));
        expect((await runtime.inventory("back")).filter(({ kind }) => kind === "process")).toEqual([]);
        await runtime.stop(place);
        expect((await runtime.ensure(place)).toSorted()).toEqual(nodeIsProcess ? all : ["nodes", "tiny_1.0"]);
        expect(await stateOf(place)).toEqual(everywhere("running"));
        expect((await runtime.observe(place)).map(({ address }) => address)).toEqual(addresses);
      });

      it("tells what ended by itself from what was stopped, and starts just that", async () => {
        const observed = await runtime.observe(place);
        const chaincode = observed.find(({ kind }) => kind === "chaincode");
        const node = observed.find(({ kind }) => kind === "peer");
        if (chaincode === undefined || node === undefined) throw new Error("nothing runs");
        await subject.crash(chaincode);
        expect(await stateOf(place)).toEqual({ ...everywhere("running"), "tiny_1.0": "failed" });
        expect(await runtime.ensure(place)).toEqual(["tiny_1.0"]);
        await subject.crash(node);
        const fallen = nodeIsProcess
          ? { ...everywhere("running"), [node.name]: "failed" }
          : { ...everywhere("failed"), "tiny_1.0": "running" };
        expect(await stateOf(place)).toEqual(fallen);
        expect(await runtime.ensure(place)).toEqual([nodeIsProcess ? node.name : "nodes"]);
        expect(await runtime.ensure(place)).toEqual([]);
        expect(await stateOf(place)).toEqual(everywhere("running"));
      });
    });

    describe("extend, restartNodes and shrink", () => {
      let place: NetworkPlace;
      const held: TLSSocket[] = [];
      beforeAll(async () => {
        place = await start("wider");
      });
      afterAll(() => {
        for (const socket of held) socket.destroy();
      });

      /** A connection to a node that tells whether it was ever cut. */
      const hold = async (name: string): Promise<TLSSocket> => {
        const node = place.nodes.find((one) => one.name === name);
        if (node === undefined) throw new Error(`no node ${name}`);
        const ca = await tlsRootOf(node.organization);
        const socket = connect({
          host: node.host,
          port: node.grpc,
          ca,
          servername: name,
          ALPNProtocols: ["h2"],
          rejectUnauthorized: false,
        });
        await once(socket, "secureConnect");
        // How it ends does not matter, only whether.
        socket.on("error", () => socket.destroy());
        held.push(socket);
        // An HTTP/2 client says so first; without it a server may hang up.
        socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0");
        socket.resume();
        return socket;
      };
      const first = ["orderer0.example.com", "peer0.org1.example.com"];

      it("takes on a node while the others serve, and keeps their addresses", async () => {
        const connections = await Promise.all(first.map(hold));
        const before = await pidsOf(place);
        const files = await secondPeerFiles();
        const wider = await runtime.extend(place, widerNetwork("wider"), () => files);
        expect(wider.nodes.slice(0, 2)).toEqual(place.nodes);
        expect(wider.nodes[2]?.name).toBe(secondPeer.name);
        expect(await runtime.extend(place, widerNetwork("wider"), () => files)).toEqual(wider);
        expect(await subject.open(folder).find("wider")).toEqual(wider);
        expect((await stateOf(wider))[secondPeer.name]).not.toBe("running");
        await runtime.start(wider);
        place = wider;
        expect(new Set(Object.values(await stateOf(place)))).toEqual(new Set(["running"]));
        expect(await pidsOf(place)).toMatchObject(before);
        expect(await runtime.ensure(place)).toEqual([]);
        expect(connections.map(({ destroyed, closed }) => destroyed || closed)).toEqual([false, false]);
        for (const node of place.nodes) expect(await certificateName(node, await tlsRootOf(node.organization))).toBe(node.name);
      });

      it("says which new node failed, and lets the others go on", async () => {
        const connections = await Promise.all(first.map(hold));
        const name = "peer2.org1.example.com";
        const { nodes } = widerNetwork("wider");
        const most = await runtime.extend(place, { ...widerNetwork("wider"), nodes: [...nodes, { ...secondPeer, name }] }, () => []);
        expect(await codeOf(runtime.start(most))).toBe("RUNTIME_NODES_FAILED");
        expect(await stateOf(most)).toMatchObject(Object.fromEntries([...first, secondPeer.name].map((one) => [one, "running"])));
        expect((await stateOf(most))[name]).not.toBe("running");
        expect(connections.map(({ destroyed, closed }) => destroyed || closed)).toEqual([false, false]);
        expect(await runtime.shrink(most, [name])).toEqual(place);
      });

      it("restarts a node with the files it has then, while the others serve", async () => {
        const connections = await Promise.all(first.map(hold));
        const restarted = await hold(secondPeer.name);
        const serial = restarted.getPeerCertificate().serialNumber;
        await runtime.deliver(place, await renewedFiles());
        await runtime.restartNodes(place, [secondPeer.name]);
        await eventually("the end of its connection", () => (restarted.closed ? true : undefined));
        expect((await hold(secondPeer.name)).getPeerCertificate().serialNumber).not.toBe(serial);
        expect(connections.map(({ destroyed, closed }) => destroyed || closed)).toEqual([false, false]);
        expect(new Set(Object.values(await stateOf(place)))).toEqual(new Set(["running"]));
        expect(await codeOf(runtime.restartNodes(place, ["nobody"]))).toBe("RUNTIME_NODE_UNKNOWN");
      });

      it("starts all that was to run where everything is killed while a node restarts", async () => {
        const killed = (await runtime.observe(place)).filter(({ pid }, index, all) => all.findIndex((one) => one.pid === pid) === index);
        const restarting = runtime.restartNodes(place, [secondPeer.name]).catch(() => undefined);
        await Promise.all(killed.map((one) => subject.crash(one)));
        await restarting;
        await runtime.ensure(place);
        expect(new Set(Object.values(await stateOf(place)))).toEqual(new Set(["running"]));
        expect(await runtime.ensure(place)).toEqual([]);
      });

      it("drops a node without a trace while the others serve", async () => {
        const connections = await Promise.all(first.map(hold));
        const gone = place.nodes.find(({ name }) => name === secondPeer.name);
        const left = await runtime.shrink(place, [secondPeer.name]);
        expect(left.nodes).toEqual(place.nodes.slice(0, 2));
        expect(await runtime.shrink(place, [secondPeer.name])).toEqual(left);
        place = left;
        expect(connections.map(({ destroyed, closed }) => destroyed || closed)).toEqual([false, false]);
        expect(await isFree(gone?.grpc ?? 0)).toBe(true);
        expect((await runtime.inventory("wider")).filter(({ kind }) => kind === "port")).toHaveLength(6);
        const directory = (await runtime.inventory("wider")).find(({ kind }) => kind === "directory")?.id ?? "";
        const files = await readdir(directory, { recursive: true });
        expect(files.length).toBeGreaterThan(10);
        expect(files.filter((file) => file.includes(secondPeer.name))).toEqual([]);
        expect(await runtime.ensure(place)).toEqual([]);
      });

      it("takes on and drops a node of a network that is stopped", async () => {
        await runtime.stop(place);
        const files = await secondPeerFiles();
        const wider = await runtime.extend(place, widerNetwork("wider"), () => files);
        expect(new Set(Object.values(await stateOf(wider)))).toEqual(new Set(["stopped"]));
        expect(await runtime.shrink(wider, [secondPeer.name])).toEqual(place);
        expect(new Set(Object.values(await stateOf(place)))).toEqual(new Set(["stopped"]));
        await runtime.start(place);
        expect(new Set(Object.values(await stateOf(place)))).toEqual(new Set(["running"]));
      });
    });

    it("adopts what a server that was killed has started", async () => {
      names.add("adopted");
      const before = await subject.startAndDie(folder, "adopted");
      const successor = subject.open(folder);
      const place = await successor.find("adopted");
      if (place === undefined) throw new Error("the place was lost");
      const facts = (observed: readonly Observation[]) => observed.map(({ name, state, pid, address }) => ({ name, state, pid, address }));
      expect(facts(await successor.observe(place))).toEqual(facts(before));
      await successor.start(place);
      expect(await successor.ensure(place)).toEqual([]);
      await successor.startChaincode(place, await serviceOf(successor, place, "tiny_1.0"));
      expect(facts(await successor.observe(place))).toEqual(facts(before));
      await successor.destroy("adopted");
      expect(await successor.inventory("adopted")).toEqual([]);
    });

    describe("inventory and destroy", () => {
      it("lists all that exists and removes just that; again, there is nothing", async () => {
        const place = await start("gone");
        const other = await start("stays");
        await runtime.startChaincode(place, await serviceOf(runtime, place, "tiny_1.0"));
        const stays = await runtime.inventory("stays");
        const before = await subject.open(folder).inventory("gone");
        const count = (kind: string): number => before.filter((item) => item.kind === kind).length;
        expect({ processes: count("process"), directories: count("directory"), ports: count("port") }).toEqual({
          processes: nodeProcesses + 1,
          directories: 1,
          ports: 7,
        });
        expect(await runtime.destroy("gone")).toEqual(before);
        expect(await runtime.inventory("gone")).toEqual([]);
        expect(await runtime.find("gone")).toBeUndefined();
        expect(await runtime.destroy("gone")).toEqual([]);
        expect(await runtime.inventory("stays")).toEqual(stays);
        expect(await stateOf(other)).toMatchObject({ "peer0.org1.example.com": "running" });
      });

      it("does not bring to life again what was destroyed", async () => {
        const place = await start("dead");
        const service = await serviceOf(runtime, place, "tiny_1.0");
        await runtime.destroy("dead");
        expect(await codeOf(runtime.start(place))).toBe("RUNTIME_NOT_PREPARED");
        expect(await codeOf(runtime.ensure(place))).toBe("RUNTIME_NOT_PREPARED");
        expect(await codeOf(runtime.startChaincode(place, service))).toBe("RUNTIME_NOT_PREPARED");
        expect(await codeOf(runtime.reserveChaincode(place, "tiny_1.0"))).toBe("RUNTIME_NOT_PREPARED");
        expect(await codeOf(runtime.deliver(place, await nodeFiles()))).toBe("RUNTIME_NOT_PREPARED");
        expect(await runtime.inventory("dead")).toEqual([]);
      });

      it("leaves nothing where it is destroyed while it is being started", async () => {
        const place = await start("race");
        const [peer] = await runtime.observe(place);
        if (peer === undefined) throw new Error("nothing runs");
        await subject.crash(peer);
        await Promise.allSettled([runtime.ensure(place), runtime.destroy("race"), runtime.ensure(place)]);
        expect(await runtime.inventory("race")).toEqual([]);
      });

      it("removes for an owner only what that one had prepared", async () => {
        const place = await start("owned");
        const before = await runtime.inventory("owned");
        expect(await runtime.destroy("owned", "somebody else")).toEqual([]);
        expect(await runtime.inventory("owned")).toEqual(before);
        expect(await runtime.destroy("owned", place.owner)).toEqual(before);
        expect(await runtime.inventory("owned")).toEqual([]);
      });
    });
  });
}

async function collect(lines: AsyncIterable<{ readonly line: string }>): Promise<string[]> {
  const all: string[] = [];
  for await (const { line } of lines) all.push(line);
  return all;
}

/** The name in the certificate that a node shows. */
async function certificateName({ host, grpc, name }: { host: string; grpc: number; name: string }, ca: string): Promise<string> {
  const socket = connect({ host, port: grpc, ca, servername: name, ALPNProtocols: ["h2"] });
  await once(socket, "secureConnect");
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return String(subject.CN);
}

async function status(url: string): Promise<number | undefined> {
  const call = request(url);
  call.end();
  const [response] = (await once(call, "response")) as [{ statusCode?: number; resume(): void }];
  response.resume();
  return response.statusCode;
}
