// Certificates of networks on Fabric's own peers and orderers are renewed: under the load of the official client, with
// the keys there are and with new ones, of Raft and BFT, and after they have expired.
import path from "node:path";
import { mspFiles, renewMembers, tlsFiles, type OrganizationMaterial } from "@heddle/fabric";
import { validateNetwork, type NetworkFile } from "@heddle/network";
import { NativeRuntime, nodeFolder } from "@heddle/runtimes";
import { localMasterKey, openKeyStore, openStore } from "@heddle/store";
import { afterAll, describe, expect, it, vi } from "vitest";
import { Heddle, networkFile } from "../durability/support/heddle.ts";
import { verifyLedger } from "../durability/support/ledger.ts";
import { startPatientLoad } from "../durability/support/patient-load.ts";
import { until } from "../durability/support/processes.ts";
import { skipped, whyNoFabric } from "./support/tools.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 60_000 });

const missing = whyNoFabric(["peer", "orderer"]);
const bin = process.env["HEDDLE_FABRIC_BIN"];
// The server of these tests is given PATH, nothing else.
if (bin !== undefined && bin !== "") process.env["PATH"] = `${bin}:${process.env["PATH"] ?? ""}`;

/** 50 a second. */
const EVERY_MS = 20;
/** 5 a second: what waits while BFT changes its leader, some 20 seconds each time, has to fit into the orderers' request pool of 400. */
const BFT_EVERY_MS = 200;
/** How long an application has to be patient for that, also on a machine that is busy. */
const PATIENCE_MS = 150_000;
const ALL_DAYS = 100_000;
const PEERS = ["peer0.org1.example.com", "peer1.org1.example.com"];

/** Two peers an organisation: while one is restarted the other endorses. */
function fileOf(name: string, type: "raft" | "bft", orderers: number): NetworkFile {
  const file = networkFile(name, "consortium");
  const { organizations, channels, chaincodes } = file.spec;
  return validateNetwork({
    ...file,
    spec: {
      runtime: "native",
      organizations: organizations.map((organization) => ({ ...organization, peers: [{ name: "peer0" }, { name: "peer1" }] })),
      ordering: {
        type,
        consenters: Array.from({ length: orderers }, (_, index) => ({ name: `orderer${index}` })),
        batch: { timeout: "200ms" },
      },
      channels: channels.map(({ name: channel, members }) => ({ name: channel, members })),
      chaincodes,
    },
  });
}

describe.skipIf(missing !== undefined)(`renewal of certificates on native networks${skipped(missing)}`, () => {
  const heddle = new Heddle();
  afterAll(() => heddle.dispose());

  async function create(file: NetworkFile): Promise<void> {
    const client = await heddle.up();
    const { operation } = await client.createNetwork({ body: { spec: file } });
    await heddle.succeeded(operation.id, 150);
  }

  /** Serial numbers of the nodes' and users' certificates. */
  async function serials(network: string): Promise<Set<string>> {
    const { certificates } = await heddle.client.listCertificates({ params: { name: network } });
    return new Set(
      certificates.filter(({ role, uses }) => role !== "ca" && uses.some((use) => use.in !== "channel")).map(({ serial }) => serial),
    );
  }

  /** Renews everything under load, and that no transaction was lost; the operation. */
  async function renewUnderLoad(network: string, { newKeys, nodes, everyMs }: { newKeys: boolean; nodes: number; everyMs: number }) {
    const before = await serials(network);
    const load = await startPatientLoad(heddle, network, { everyMs, peers: PEERS, patienceMs: PATIENCE_MS });
    const { operation } = await heddle.client.renewCertificates({ params: { name: network }, body: { withinDays: ALL_DAYS, newKeys } });
    const over = await heddle.succeeded(operation.id, 300);
    const { valid, failed, retried, rate } = await load.stop();
    console.log(
      `${network}, ${newKeys ? "new" : "same"} keys: ${nodes} nodes in ${over.seconds} s; ${valid.length} committed meanwhile at ${rate.toFixed(0)} a second, ${retried} submitted again`,
    );
    expect(failed).toEqual([]);
    expect(valid.length).toBeGreaterThan(50);
    const { codes } = await verifyLedger(heddle.client, network, "main", "Org2");
    expect(valid.filter((id) => codes.get(id) !== "VALID")).toEqual([]);
    const after = await serials(network);
    expect(after.size).toBe(before.size);
    expect([...after].filter((serial) => before.has(serial))).toEqual([]);
    expect(over.steps.filter(({ name, state }) => /^(node|orderer):/.test(name) && state === "done")).toHaveLength(nodes);
    await heddle.put(network, "renewed", String(newKeys));
  }

  it("with the keys there are and with new ones, of Raft, loses no transaction", async () => {
    await create(fileOf("raft", "raft", 3));
    await renewUnderLoad("raft", { newKeys: false, nodes: 7, everyMs: EVERY_MS });
    await renewUnderLoad("raft", { newKeys: true, nodes: 7, everyMs: EVERY_MS });
    const { certificates } = await heddle.client.listCertificates({ params: { name: "raft" } });
    // What the channel states is what the orderers have.
    expect(certificates.filter(({ uses }) => uses.every(({ in: place }) => place === "channel"))).toHaveLength(0);
    await heddle.delete("raft");
  });

  it("with the keys there are and with new ones, of BFT, loses no transaction", async () => {
    await create(fileOf("byzantine", "bft", 4));
    await renewUnderLoad("byzantine", { newKeys: false, nodes: 8, everyMs: BFT_EVERY_MS });
    // The channel states the earlier certificates, identity and TLS, of the same keys, and Fabric takes them.
    const { certificates } = await heddle.client.listCertificates({ params: { name: "byzantine" } });
    expect(certificates.filter(({ superseded }) => superseded)).toHaveLength(8);
    await renewUnderLoad("byzantine", { newKeys: true, nodes: 8, everyMs: BFT_EVERY_MS });
    await heddle.delete("byzantine");
  });

  it("after they have expired, when Fabric refuses what was foretold, brings the network back", async () => {
    const name = "late";
    const peer = "peer1.org2.example.com";
    await create(fileOf(name, "raft", 3));
    await heddle.put(name, "a", "1");
    await heddle.down();
    // What the years would do: the same certificates with an end that is near.
    const runtime = new NativeRuntime({ home: heddle.home });
    const end = new Date(Date.now() + 45_000);
    await shorten(heddle, name, runtime, end);
    await until("the end of the certificates", () => Date.now() > end.getTime() + 1500, 90);

    const client = await heddle.up();
    const rehearsal = await client.rehearseCertificates({ params: { name }, query: { at: new Date().toISOString() } });
    const foretold = rehearsal.consequences.map((one) => `${one.code} ${one.name}`);
    expect(foretold).toEqual(
      expect.arrayContaining([`node-unreachable ${peer}`, `node-does-not-start ${peer}`, "user-refused Admin", "channel-stops main"]),
    );
    const place = await runtime.find(name);
    if (place === undefined) throw new Error("the network has no place");
    await expect(runtime.restartNodes(place, [peer])).rejects.toMatchObject({ code: "RUNTIME_NODES_FAILED" });
    await expect(heddle.get(name, "a")).rejects.toMatchObject({ code: "FABRIC_UNREACHABLE" });

    const { operation } = await client.renewCertificates({ params: { name }, body: {} });
    const over = await heddle.succeeded(operation.id, 300);
    console.log(`7 nodes with expired certificates are back after ${over.seconds} s`);
    await until(
      "the chaincode",
      () =>
        heddle.get(name, "a").then(
          (value) => value === "1",
          () => false,
        ),
      60,
    );
    await heddle.put(name, "a", "2");
    await heddle.delete(name);
  });
});

/** Gives everybody of a network, whose server does not run, certificates that end soon, and restarts the nodes with them. */
async function shorten(heddle: Heddle, network: string, runtime: NativeRuntime, notAfter: Date): Promise<void> {
  const store = await openStore({ url: `sqlite:${path.join(heddle.home, "heddle.db")}` });
  try {
    const keys = openKeyStore(store, await localMasterKey(path.join(heddle.home, "master.key")));
    const place = await runtime.find(network);
    if (place === undefined) throw new Error("the network has no place");
    for (const name of ["Orderer", "Org1", "Org2"]) {
      const material = JSON.parse(await keys.get(network, `organization/${name}`)) as OrganizationMaterial;
      const names = new Set([...material.nodes, ...material.users].map((member) => member.name));
      const short = await renewMembers(material, names, { notAfter });
      await keys.put(network, `organization/${name}`, JSON.stringify(short));
      for (const node of place.nodes.filter(({ organization }) => organization === name)) {
        const member = short.nodes.find((one) => one.name === node.name);
        if (member === undefined) throw new Error(`${node.name} has no certificate`);
        await runtime.deliver(place, [
          ...mspFiles(short, member, nodeFolder(node), "msp"),
          ...tlsFiles(short, member, nodeFolder(node), "tls"),
        ]);
      }
    }
    await runtime.restartNodes(
      place,
      place.nodes.map(({ name }) => name),
    );
  } finally {
    await store.close();
  }
}
