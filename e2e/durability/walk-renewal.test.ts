// Kills the server with SIGKILL at every fault point of a renewal of certificates, with the keys there are and with new
// ones, and of its undoing, and starts it again; then ends devnet at the points between delivery and restart.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { connect } from "node:tls";
import { once } from "node:events";
import type { Certificate } from "@heddle/api";
import { nodesOf, validateNetwork, type NetworkFile } from "@heddle/network";
import { EmbeddedRuntime, nodeFolder } from "@heddle/runtimes";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { expectGone } from "./support/expectations.ts";
import { Heddle, networkFile } from "./support/heddle.ts";
import { verifyLedger } from "./support/ledger.ts";
import { faultPoints } from "./support/points.ts";
import { killAll, until } from "./support/processes.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const NETWORK = "renewing";
const ALL_DAYS = 100_000;
/** The orderer whose turn is the last. */
const LAST = "orderer2.example.com";

/** One organisation, and three orderers that know each other. */
function file(): NetworkFile {
  const solo = networkFile(NETWORK, "solo");
  const consenters = ["orderer0", "orderer1", "orderer2"].map((name) => ({ name }));
  return validateNetwork({ ...solo, spec: { ...solo.spec, ordering: { ...solo.spec.ordering, type: "raft", consenters } } });
}

/** As the server would put it together: whose certificates, which the points depend on, and what they are, which they do not. */
function input(newKeys: boolean) {
  const nodes = nodesOf(file()).map(({ name, kind, organization }) => ({ organization, name, role: kind, serials: ["", ""] }));
  return { members: nodes, newKeys, expired: false };
}

const same = await faultPoints("certificates.renew", file(), input(false));
/** What new keys add is what comes before an orderer restarts; the rest is walked with the same keys. */
const changed = (await faultPoints("certificates.renew", file(), input(true))).forward.filter((point) =>
  /\/(issue|orderer|consenter):/.test(point),
);

const heddle = new Heddle();
const acknowledged: string[] = [];

beforeAll(async () => {
  const client = await heddle.up();
  const { operation } = await client.createNetwork({ body: { spec: file() } });
  await heddle.succeeded(operation.id);
});
afterAll(() => heddle.dispose());

const renew = (newKeys: boolean) =>
  heddle.client.renewCertificates({ params: { name: NETWORK }, body: { withinDays: ALL_DAYS, ...(newKeys ? { newKeys } : {}) } });

async function certificates(): Promise<readonly Certificate[]> {
  return (await heddle.client.listCertificates({ params: { name: NETWORK } })).certificates;
}

const inUse = (all: readonly Certificate[]) =>
  new Map(
    all
      .filter(({ role, uses }) => role !== "ca" && uses.some((use) => use.in !== "channel"))
      .map((one) => [`${one.owner} ${one.organization} ${one.purpose}`, one.serial]),
  );

/** Serial number of the TLS certificate that each node shows. */
async function served(): Promise<Map<string, string>> {
  const { nodes } = await heddle.client.listNodes({ params: { name: NETWORK } });
  const shown = nodes
    .filter(({ kind }) => kind !== "chaincode")
    .map(async ({ name, address = "" }) => {
      const socket = connect({
        host: "127.0.0.1",
        port: Number(address.split(":").at(-1)),
        rejectUnauthorized: false,
        ALPNProtocols: ["h2"],
      });
      await once(socket, "secureConnect");
      const serial = socket.getPeerCertificate().serialNumber.toLowerCase();
      socket.destroy();
      return [name, serial] as const;
    });
  return new Map(await Promise.all(shown));
}

/** Every node shows what the key store has, the channel states what the orderers have, and transactions go. */
async function expectConsistent(): Promise<void> {
  const all = await certificates();
  const kept = inUse(all);
  const shown = await served();
  expect(shown.size).toBe(4);
  for (const [name, serial] of shown)
    expect([name, serial]).toEqual([name, kept.get(`${name} ${name.startsWith("orderer") ? "Orderer" : "Org1"} tls`)]);
  expect(all.filter(({ uses }) => uses.every((use) => use.in === "channel")).map(({ owner }) => owner)).toEqual([]);
  expect(await heddle.client.getNetwork({ params: { name: NETWORK } })).toMatchObject({ state: "ready" });
  await until("an answer of the chaincode", () =>
    heddle.get(NETWORK, "a").then(
      () => true,
      () => false,
    ),
  );
  acknowledged.push(await heddle.put(NETWORK, "a", String(acknowledged.length)));
}

/** Everything was renewed, by the operation that was interrupted; its kind. */
async function renewed(before: ReadonlyMap<string, string>): Promise<string> {
  const operation = await heddle.lastOperation(NETWORK);
  await heddle.succeeded(operation.id);
  const after = inUse(await certificates());
  expect([...after.keys()].toSorted()).toEqual([...before.keys()].toSorted());
  expect([...after].filter(([whose, serial]) => before.get(whose) === serial)).toEqual([]);
  await expectConsistent();
  return operation.kind;
}

it("lists the points that are walked", () => {
  expect(same.forward.length).toBeGreaterThan(45);
  expect(same.backward.length).toBeGreaterThan(15);
  expect(changed.length).toBeGreaterThan(20);
  console.log([...same.forward, ...same.backward].join("\n"));
});

describe("the server is killed while certificates are renewed", () => {
  it.each(same.forward)("at %s: they are renewed", async (point) => {
    await heddle.up();
    const before = inUse(await certificates());
    await heddle.killedAt(point, () => renew(false));
    expect(await renewed(before)).toBe("certificates.renew");
  });

  it.each(changed)("with new keys, at %s: they are renewed", async (point) => {
    await heddle.up();
    const before = inUse(await certificates());
    await heddle.killedAt(point, () => renew(true));
    expect(await renewed(before)).toBe("certificates.renew");
  });
});

describe("the server is killed while a renewal that failed is undone", () => {
  it.each(
    same.backward.flatMap((point) => [[point, false] as const, ...(/consenter|orderer/.test(point) ? [[point, true] as const] : [])]),
  )("at %s, new keys %s: every node is as it was", async (point, newKeys) => {
    await heddle.up();
    const [before, shown] = [inUse(await certificates()), await served()];
    // A folder stands where the last orderer's certificate has to be written.
    const place = await new EmbeddedRuntime({ home: heddle.home }).find(NETWORK);
    const node = place?.nodes.find(({ name }) => name === LAST);
    if (place === undefined || node === undefined) throw new Error(`there is no ${LAST}`);
    const blocked = path.join(place.directory, nodeFolder(node), "tls", "server.crt");
    const [content, key] = [readFileSync(blocked), readFileSync(path.join(path.dirname(blocked), "server.key"))];
    rmSync(blocked);
    mkdirSync(blocked);
    const { operation } = await renew(newKeys);
    expect((await heddle.over(operation.id)).state).toBe("failed");
    rmSync(blocked, { recursive: true });
    await heddle.killedAt(point, () => heddle.client.cancelOperation({ params: { id: operation.id } }));
    expect((await heddle.over(operation.id)).state).toBe("cancelled");
    expect(inUse(await certificates())).toEqual(before);
    // Also what a delivery that failed left on the disk.
    expect([readFileSync(blocked), readFileSync(path.join(path.dirname(blocked), "server.key"))]).toEqual([content, key]);
    expect(await served()).toEqual(shown);
    await expectConsistent();
  });
});

describe("devnet is ended while certificates are renewed", () => {
  it.each(same.forward.filter((point) => /\/(delivered|restarted)$/.test(point)))("at %s: they are renewed", async (point) => {
    await heddle.up();
    const before = inUse(await certificates());
    await heddle.arm(point, "SIGSTOP");
    await renew(false);
    await until("the point", () => isStopped(heddle.pid));
    await killAll(
      heddle
        .processes(NETWORK)
        .filter(({ role }) => role === "devnet")
        .map(({ pid }) => pid),
    );
    process.kill(heddle.pid, "SIGCONT");
    expect(await renewed(before)).toBe("certificates.renew");
  });
});

it("leaves a ledger whose every acknowledged transaction is there, and nothing once it is deleted", async () => {
  await heddle.up();
  const { codes } = await verifyLedger(heddle.client, NETWORK, "main", "Org1");
  expect(acknowledged.filter((id) => codes.get(id) !== "VALID")).toEqual([]);
  const deletion = await heddle.delete(NETWORK);
  expectGone(heddle, NETWORK, [deletion.id]);
});

function isStopped(pid: number): boolean {
  return /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}
