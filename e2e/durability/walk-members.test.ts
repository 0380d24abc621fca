// Kills the server with SIGKILL at every fault point of a peer's, an organisation's and an orderer's coming to a network
// and going from it, and of the undoing of both, and starts it again; then ends devnet at every point.
import { readdirSync } from "node:fs";
import path from "node:path";
import { nodesOf, validateNetwork, type NetworkFile } from "@heddle/network";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { expectGone, leasesOf } from "./support/expectations.ts";
import { exitingContract, Heddle, networkFile } from "./support/heddle.ts";
import { verifyLedger } from "./support/ledger.ts";
import { faultPoints } from "./support/points.ts";
import { killAll, stateOf, until } from "./support/processes.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const heddle = new Heddle();
afterAll(() => heddle.dispose());

/** What comes and goes: what its files are called by, and how it gets into the file. */
const comers: Record<string, { readonly word: string; readonly add: (spec: NetworkFile["spec"]) => void }> = {
  peer: { word: "peer1.org1", add: ({ organizations }) => void organizations[0]?.peers.push({ name: "peer1" }) },
  organization: {
    word: "org2",
    add({ organizations, channels }) {
      const [first] = organizations;
      if (first !== undefined) organizations.push({ ...first, name: "Org2", mspId: "Org2MSP", domain: "org2.example.com" });
      for (const channel of channels) channel.members.push("Org2");
    },
  },
  orderer: { word: "orderer1", add: ({ ordering }) => void ordering.consenters.push({ name: "orderer1" }) },
};

function without(name: string): NetworkFile {
  return networkFile(name, "solo");
}

function withIt(name: string, add: (spec: NetworkFile["spec"]) => void): NetworkFile {
  const file = structuredClone(without(name));
  add(file.spec);
  return validateNetwork(file);
}

/** As before, with one more chaincode that does not run. */
function failing(file: NetworkFile): NetworkFile {
  const copy = structuredClone(file);
  const [tiny] = copy.spec.chaincodes;
  if (tiny !== undefined) copy.spec.chaincodes.push({ ...tiny, name: "broken", source: { path: exitingContract } });
  return copy;
}

/** The points of coming and of going in turns, so that each finds the network as the one before left it. */
function inTurns(comes: readonly string[], goes: readonly string[]): (readonly [way: "comes" | "goes", point: string])[] {
  const turns: (readonly ["comes" | "goes", string])[] = [];
  for (let at = 0; at < Math.max(comes.length, goes.length); at += 1) {
    turns.push(...comes.slice(at, at + 1).map((point) => ["comes", point] as const));
    turns.push(...goes.slice(at, at + 1).map((point) => ["goes", point] as const));
  }
  return turns;
}

for (const [what, { word, add }] of Object.entries(comers)) {
  const name = `moving-${what}`;
  const [less, more] = [without(name), withIt(name, add)];
  const coming = await faultPoints("network.apply", less, { spec: more });
  const going = await faultPoints("network.apply", more, { spec: less });
  const failedComing = await faultPoints("network.apply", less, { spec: failing(more) });
  const failedGoing = await faultPoints("network.apply", more, { spec: failing(less) });
  const isEarly = (point: string): boolean => !/\/(drop|destroy|proof)\//.test(point);

  describe(`the ${what}`, () => {
    const acknowledged: string[] = [];
    beforeAll(async () => {
      const client = await heddle.up();
      const { operation } = await client.createNetwork({ body: { spec: less } });
      await heddle.succeeded(operation.id);
    });

    const apply = (spec: NetworkFile) => heddle.client.applyNetwork({ params: { name }, body: { spec } });
    /** Brings the network to what a file says, where it is not so. */
    const bring = async (spec: NetworkFile): Promise<void> => {
      await heddle.up();
      const plan = await heddle.client.planNetwork({ body: { spec } });
      if (!plan.empty) await heddle.succeeded((await apply(spec)).operation.id);
    };

    /** The network is what a file says, its nodes run and each organisation's transactions commit; what is gone has left nothing. */
    const expectIs = async (file: NetworkFile): Promise<void> => {
      const network = await heddle.client.getNetwork({ params: { name } });
      expect(network.state).toBe("ready");
      expect(network.spec).toEqual(file);
      const names = nodesOf(file).map((node) => node.name);
      await until("all nodes", async () => {
        const all = (await heddle.client.listNodes({ params: { name } })).nodes;
        const nodes = all.filter(({ kind }) => kind !== "chaincode");
        return nodes.length === names.length && nodes.every((node) => names.includes(node.name) && node.state === "running");
      });
      for (const organization of file.spec.channels[0]?.members ?? []) acknowledged.push(await submit(organization));
      expect(leasesOf(heddle, name)).toHaveLength(names.length * 3 + 1);
      const files = readdirSync(path.join(heddle.home, "networks", name), { recursive: true, encoding: "utf8" });
      expect(files.some((one) => one.includes(word))).toBe(names.some((one) => one.includes(word)));
    };
    /** Chaincode that has been started again takes calls once the peer has connected to it again. */
    const submit = async (organization: string): Promise<string> => {
      const body = { organization, function: "get", args: ["key"] };
      await until("an answer of the chaincode", () =>
        heddle.client.evaluateTransaction({ params: { name, chaincode: "tiny" }, body }).then(
          () => true,
          () => false,
        ),
      );
      const put = { organization, function: "put", args: ["key", organization] };
      const { code, transactionId } = await heddle.client.submitTransaction({ params: { name, chaincode: "tiny" }, body: put });
      expect(code).toBe("VALID");
      return transactionId;
    };

    it("lists the points that are walked", () => {
      expect(coming.forward.length).toBeGreaterThan(15);
      expect(going.forward.length).toBeGreaterThan(12);
      expect(failedComing.backward.length).toBeGreaterThan(5);
      expect(going.forward.filter((point) => point.includes("/drop/")).length).toBeGreaterThan(2);
      console.log([...coming.forward, ...going.forward, ...failedComing.backward, ...failedGoing.backward].join("\n"));
    });

    it.each(inTurns(coming.forward, going.forward))("%s, and the server is killed at %s", async (way, point) => {
      const [before, after] = way === "comes" ? [less, more] : [more, less];
      await bring(before);
      await heddle.killedAt(point, () => apply(after));
      const operation = await heddle.lastOperation(name);
      expect(operation.kind).toBe("network.apply");
      await heddle.succeeded(operation.id);
      await expectIs(after);
    });

    it.each([
      ...failedComing.backward.filter(isEarly).map((point) => ["comes", point] as const),
      ...failedGoing.backward.filter(isEarly).map((point) => ["goes", point] as const),
    ])("does not %s after all, and the server is killed at %s", async (way, point) => {
      const [before, after] = way === "comes" ? [less, more] : [more, less];
      await bring(before);
      const { operation } = await apply(failing(after));
      expect((await heddle.over(operation.id)).error).toMatchObject({ code: "RUNTIME_CHAINCODE_FAILED" });
      await heddle.killedAt(point, () => heddle.client.cancelOperation({ params: { id: operation.id } }));
      expect(await heddle.over(operation.id)).toMatchObject({ state: "cancelled" });
      await expectIs(before);
    });

    // Every third point: each takes seconds, and what devnet is in the middle of changes with every second of them.
    it.each(inTurns(coming.forward, going.forward).filter((_, index) => index % 3 === 0))(
      "%s, and devnet is ended at %s",
      async (way, point) => {
        const [before, after] = way === "comes" ? [less, more] : [more, less];
        await bring(before);
        await heddle.arm(point, "SIGSTOP");
        const { pid } = heddle;
        const acting = apply(after);
        await until(`the server at ${point}`, () => stateOf(pid) === "T");
        const found = heddle.processes(name).filter(({ role }) => role === "devnet");
        expect(found).toHaveLength(1);
        await killAll(found.map((one) => one.pid));
        process.kill(pid, "SIGCONT");
        await acting;
        await heddle.succeeded((await heddle.lastOperation(name)).id);
        await expectIs(after);
      },
    );

    it("has kept every transaction that was acknowledged, and leaves nothing when the network is deleted", async () => {
      await heddle.up();
      const { codes } = await verifyLedger(heddle.client, name, "main", "Org1");
      expect(acknowledged.length).toBeGreaterThan(coming.forward.length);
      expect(acknowledged.filter((id) => codes.get(id) !== "VALID")).toEqual([]);
      const deletion = await heddle.delete(name);
      expectGone(heddle, name, [deletion.id]);
    });
  });
}
