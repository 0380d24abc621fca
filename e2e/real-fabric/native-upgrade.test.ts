// A network of Fabric 2.5 becomes one of 3.1, node by node with a proof after each, under the load of the official client;
// then its channel gets the capabilities of version 3. Needs the programs of both versions.
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { validateNetwork, type NetworkFile } from "@heddle/network";
import { installToolchain } from "@heddle/runtimes";
import { afterAll, describe, expect, it, vi } from "vitest";
import { openGateway } from "../durability/support/gateway.ts";
import { Heddle, networkFile } from "../durability/support/heddle.ts";
import { verifyLedger } from "../durability/support/ledger.ts";
import { until } from "../durability/support/processes.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 60_000 });

/** Folders with the programs of releases, whose peers say their versions. */
const releases = [process.env["HEDDLE_FABRIC_BIN_2_5"], process.env["HEDDLE_FABRIC_BIN_3_1"]].filter((folder) => folder !== undefined);
const missing =
  releases.length === 2 ? "" : " (skipped: set HEDDLE_FABRIC_BIN_2_5 and HEDDLE_FABRIC_BIN_3_1 to the programs of both releases)";

const NETWORK = "aging";
/** A transaction each so many milliseconds: 50 a second. */
const EVERY_MS = 20;
/** How long an application tries one before it gives up. */
const PATIENCE_MS = 20_000;

/** Two peers an organisation: while one is restarted the other endorses. */
function fileOf(): NetworkFile {
  const file = networkFile(NETWORK, "consortium");
  const { organizations, channels, chaincodes } = file.spec;
  return validateNetwork({
    ...file,
    spec: {
      runtime: "native",
      fabricVersion: "2.5",
      organizations: organizations.map((organization) => ({ ...organization, peers: [{ name: "peer0" }, { name: "peer1" }] })),
      ordering: { type: "raft", consenters: ["orderer0", "orderer1", "orderer2"].map((name) => ({ name })), batch: { timeout: "200ms" } },
      channels: channels.map(({ name, members }) => ({ name, members })),
      chaincodes,
    },
  });
}

function versionOf(program: string): string {
  return /Version: v?(\S+)/.exec(execFileSync(program, ["version"], { encoding: "utf8" }))?.[1] ?? "";
}

/** Installs what is in a folder as the release that it says it is. */
async function install(heddle: Heddle, folder: string): Promise<void> {
  const version = versionOf(path.join(folder, "peer"));
  const stage = path.join(heddle.tmp, version);
  mkdirSync(path.join(stage, "bin"), { recursive: true });
  for (const program of ["peer", "orderer"]) symlinkSync(path.join(folder, program), path.join(stage, "bin", program));
  const archive = path.join(heddle.tmp, `${version}.tar.gz`);
  execFileSync("tar", ["--dereference", "-I", "gzip -1", "-cf", archive, "-C", stage, "bin"]);
  await installToolchain({ home: heddle.home, version, archive });
}

describe.skipIf(releases.length !== 2)(`an upgrade${missing}`, () => {
  const heddle = new Heddle();
  afterAll(() => heddle.dispose());

  it("from 2.5 to 3.1 loses no transaction, and every node is of the new version", async () => {
    for (const folder of releases) await install(heddle, folder);
    const client = await heddle.up();
    const created = await client.createNetwork({ body: { spec: fileOf() } });
    await heddle.succeeded(created.operation.id, 120);
    const load = await startLoad();
    const upgraded = await client.upgradeNetwork({ params: { name: NETWORK }, body: { fabricVersion: "3.1", capabilities: true } });
    const operation = await heddle.succeeded(upgraded.operation.id, 300);
    const { valid, failed, retried } = await load.stop();
    console.log(`upgrade of 7 nodes in ${operation.seconds} s; ${valid.length} transactions committed meanwhile, ${retried} tried again`);
    expect(failed).toEqual([]);
    expect(valid.length).toBeGreaterThan(100);
    const proofs = operation.steps.filter(({ name, state }) => name.startsWith("proof") && state === "done");
    expect(proofs.length).toBe(7 + 1 + 1);

    const { codes } = await verifyLedger(client, NETWORK, "main", "Org2");
    expect(valid.filter((id) => codes.get(id) !== "VALID")).toEqual([]);
    const running = heddle.processes(NETWORK).filter(({ role = "" }) => role.startsWith("node:"));
    expect(running).toHaveLength(7);
    for (const { pid } of running) expect(versionOf(programOf(pid))).toMatch(/^3\.1\./);
    const { spec } = await client.getNetwork({ params: { name: NETWORK } });
    expect((spec as NetworkFile).spec.fabricVersion).toBe("3.1");
    expect((spec as NetworkFile).spec.channels[0]?.capabilities.channel).toBe("V3_0");
    await expect(client.upgradeNetwork({ params: { name: NETWORK }, body: { fabricVersion: "2.5" } })).rejects.toMatchObject({
      code: "OPERATION_UPGRADE_REFUSED",
    });
    await heddle.delete(NETWORK);
  });

  /** Submits as an application would that has two peers to go to, and does not give up at the first error. */
  async function startLoad() {
    const gateways = [
      await openGateway(heddle, NETWORK, "peer0.org1.example.com"),
      await openGateway(heddle, NETWORK, "peer1.org1.example.com"),
    ];
    const valid: string[] = [];
    const failed: string[] = [];
    const under: Promise<void>[] = [];
    let retried = 0;
    let done = false;
    const once = async (count: number, attempt: number): Promise<string> => {
      const contract = gateways[attempt % 2]?.gateway.getNetwork("main").getContract("tiny");
      if (contract === undefined) throw new Error("there is no gateway");
      const commit = await contract.submitAsync("put", { arguments: [`key${count}`, `${count}`] });
      const { code, transactionId } = await commit.getStatus();
      if (code !== 0) throw new RangeError(`${transactionId} is ${code}`);
      return transactionId;
    };
    const submit = async (count: number): Promise<void> => {
      const deadline = Date.now() + PATIENCE_MS;
      for (let attempt = 0; ; attempt += 1) {
        try {
          valid.push(await once(count, attempt));
          return;
        } catch (error) {
          if (error instanceof RangeError || Date.now() > deadline) {
            failed.push(String(error));
            return;
          }
          retried += 1;
          await pause(200);
        }
      }
    };
    const load = (async (): Promise<void> => {
      for (let count = 0; !done; count += 1) {
        under.push(submit(count));
        await pause(EVERY_MS);
      }
    })();
    await until("a transaction", () => valid.length > 0);
    return {
      async stop() {
        done = true;
        await load;
        await Promise.all(under);
        for (const { close } of gateways) close();
        return { valid, failed, retried };
      },
    };
  }
});

function programOf(pid: number): string {
  return execFileSync("readlink", ["-f", `/proc/${pid}/exe`], { encoding: "utf8" }).trim();
}
