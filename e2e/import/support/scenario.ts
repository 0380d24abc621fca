import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { ImportBody, ImportView } from "@heddle/api";
import { presetNetwork } from "@heddle/network";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DevelopmentServer, until } from "../../development/support/server.ts";
import { put } from "../../real-fabric/support/calls.ts";
import { heddleCommand } from "./command.ts";
import { ForeignNetwork } from "./foreign.ts";
import { folderSource, memberOf, profileSource } from "./sources.ts";

const CHANNEL = "trade";
const CHAINCODE = "ledger";
const scenario = { scenario: "food-tracing" } as const;

/** What importing has to do, whatever the nodes are. */
export function importScenario(kind: "devnet" | "real"): void {
  let foreign: ForeignNetwork;
  let heddle: DevelopmentServer;

  beforeAll(async () => {
    foreign = await ForeignNetwork.start(kind);
    heddle = await DevelopmentServer.start();
  }, 120_000);

  afterAll(async () => {
    await heddle.stop();
    await foreign[Symbol.asyncDispose]();
  });

  const metricsOf = (): Record<string, string> =>
    Object.fromEntries(
      foreign.consortium.organizations.flatMap(({ nodes }) =>
        nodes.map(({ name, ports }) => [name, `http://127.0.0.1:${ports.operations}`]),
      ),
    );
  const importAs = async (name: string, source: ImportBody["source"]): Promise<void> => {
    const accepted = await heddle.client.importNetwork({ body: { name, source, operations: metricsOf() } });
    await heddle.ended(accepted);
  };
  const remove = async (name: string): Promise<unknown> =>
    (await heddle.ended(await heddle.client.deleteNetwork({ params: { name } }))).result;
  const call = (name: string, ...[fn = "", ...args]: string[]) => ({
    params: { name, chaincode: CHAINCODE },
    body: { function: fn, args },
  });

  it("tells what a network is, and keeps nothing", async () => {
    const before = await foreign.heights();
    const look: ImportView = await heddle.client.lookAtImport({ body: { name: "seen", source: folderSource(foreign.consortium) } });
    expect(look.identities.map(({ mspId, user, admin }) => [mspId, user, admin])).toEqual([
      ["Org1MSP", "Admin", true],
      ["Org1MSP", "app", false],
      ["Org2MSP", "Admin", true],
      ["Org2MSP", "app", false],
      ["OrdererMSP", "Admin", true],
    ]);
    expect(look.nodes.map(({ name, kind: what }) => `${what} ${name}`).toSorted()).toEqual([
      "orderer orderer0.example.com",
      "peer peer0.org1.example.com",
      "peer peer0.org2.example.com",
    ]);
    expect(look.chaincodes).toEqual([{ channel: CHANNEL, name: CHAINCODE, version: "1", sequence: 1, initRequired: false }]);
    expect(look.skipped).toEqual([]);
    // Devnet has no discovery service, and its anchor peers do instead.
    expect(look.notes.length).toBe(kind === "real" ? 0 : 1);
    expect([(await heddle.client.listNetworks({})).networks, await foreign.heights()]).toEqual([[], before]);
  });

  it("imports a test network's folder: shown, explored, measured, called, proved, deployed to, and forgotten", async () => {
    const name = "folder";
    const before = await foreign.heights();
    await importAs(name, folderSource(foreign.consortium));
    expect(await foreign.heights(), "the import wrote to the network").toEqual(before);
    const network = await heddle.client.getNetwork({ params: { name } });
    expect([network.state, network.runtime, network.channels, network.nodes]).toEqual(["ready", "imported", [CHANNEL], 3]);
    const { nodes } = await heddle.client.listNodes({ params: { name } });
    expect(nodes.map((node) => `${node.kind} ${node.state}`).toSorted()).toEqual(["orderer running", "peer running", "peer running"]);

    const submitted = await heddle.client.submitTransaction(call(name, ...put("colour", "green")));
    expect(submitted.code).toBe("VALID");
    const read = await heddle.client.evaluateTransaction(call(name, "get", "colour"));
    expect(read.text).toContain("green");
    const found = await until(
      () =>
        heddle.client.getTransaction({ params: { name, channel: CHANNEL, transaction: submitted.transactionId } }).catch(() => undefined),
      (transaction) => transaction !== undefined,
    );
    expect(found?.code).toBe("VALID");

    const { definitions } = await heddle.client.listDefinitions({ params: { name } });
    expect(definitions.map((one) => [one.name, one.approvals.every(({ approved }) => approved), one.installedOn.length])).toEqual([
      [CHAINCODE, true, 2],
    ]);
    const connect = await heddle.client.connect({ params: { name } });
    const [peer] = foreign.consortium.organizations[0].nodes;
    expect([connect.address, connect.hostname]).toEqual([`localhost:${peer?.ports.grpc}`, "peer0.org1.example.com"]);
    await until(
      () => heddle.client.networkMetrics({ params: { name } }),
      ({ series }) => series.some(({ metric }) => metric === "height"),
    );

    await heddle.ended(await heddle.client.proveNetwork({ params: { name } }));
    await heddle.ended(
      await heddle.client.deployChaincode({ params: { name }, body: { name: "food", channel: CHANNEL, source: scenario } }),
    );
    const { chaincodes } = await heddle.client.listChaincodes({ params: { name } });
    expect(chaincodes.map((one) => one.name).toSorted()).toEqual(["food", CHAINCODE]);

    const { unread, certificates } = await heddle.client.listCertificates({ params: { name } });
    expect(unread).toEqual([]);
    // Of Raft's consenters the channel does not say whose they are, and Heddle has not made them.
    const named = certificates.map(({ organization }) => organization).filter((organization) => organization !== "");
    expect(new Set(named)).toEqual(new Set(["Orderer", "Org1", "Org2"]));
    await remove(name);
    expect(existsSync(path.join(heddle.home, "networks", name))).toBe(false);
    // The nodes are as they were: they answer, and commit.
    const outcome = await foreign.client.submit(CHAINCODE, put("colour", "blue"));
    expect(outcome.code).toBe(0);
  }, 120_000);

  it("does with a plain user's identity what that user may do, and refuses the rest before anything happens", async () => {
    const name = "user";
    await importAs(name, profileSource(foreign.consortium.organizations[0], "app"));
    const submitted = await heddle.client.submitTransaction(call(name, ...put("shape", "round")));
    expect(submitted.code).toBe("VALID");
    const { operations } = await heddle.client.listOperations({ query: { network: name } });
    const refusals = await Promise.all([
      code(heddle.client.deployChaincode({ params: { name }, body: { name: "food", channel: CHANNEL, source: scenario } })),
      code(heddle.client.issueIdentity({ params: { name }, body: { organization: "Org1", user: "new" } })),
      code(heddle.client.upgradeNetwork({ params: { name }, body: { fabricVersion: "3.1" } })),
      code(heddle.client.createBackup({ params: { name } })),
      code(heddle.client.redeployChaincode({ params: { name, chaincode: CHAINCODE }, body: {} })),
      code(firstLine(heddle.client.logs({ params: { name }, query: { node: "peer0.org1.example.com", tail: 10 } }))),
    ]);
    expect(refusals).toEqual([
      "OPERATION_IDENTITY_LACKING",
      "OPERATION_AUTHORITY_ELSEWHERE",
      "OPERATION_IMPORTED",
      "OPERATION_IMPORTED",
      "OPERATION_CHAINCODE_ELSEWHERE",
      "RUNTIME_IMPORTED",
    ]);
    expect((await heddle.client.listOperations({ query: { network: name } })).operations.length).toBe(operations.length);
    await heddle.ended(await heddle.client.proveNetwork({ params: { name } }));
    // As that user, with what is here: no administrator, and nothing of the orderers but their roots.
    const { identities } = await heddle.client.listIdentities({ params: { name } });
    expect(identities.filter(({ kind: what }) => what === "client").map((one) => `${one.name} of ${one.mspId}`)).toEqual([
      "app of Org1MSP",
    ]);
    const { variables, files } = await heddle.client.environment({ params: { name } });
    expect([variables["CORE_PEER_LOCALMSPID"], variables["ORDERER_ADMIN_ADDRESS"]]).toEqual(["Org1MSP", undefined]);
    expect(files.map((file) => file.path)).toContain("orderer/ca.crt");
    const exported = await heddle.client.exportNetwork({ params: { name }, body: {} });
    expect(exported.files.find((file) => file.path === "private-key.pem")?.content).toBe(
      memberOf(foreign.consortium.organizations[0], "app").signing.privateKeyPem,
    );
    const { yaml } = await heddle.client.scrapeConfiguration({ params: { name } });
    expect(yaml).toContain(metricsOf()["peer0.org1.example.com"]?.replace("http://", ""));
    expect(await heddleCommand(heddle.home, "doctor", name)).toContain("committed on peer0.org1.example.com, peer0.org2.example.com");
    await remove(name);
  }, 60_000);

  it("names the administrator that is lacking for a deployment", async () => {
    const name = "admin";
    await importAs(name, profileSource(foreign.consortium.organizations[0], "Admin"));
    const deploy = heddle.client.deployChaincode({ params: { name }, body: { name: "food", channel: CHANNEL, source: scenario } });
    await expect(deploy).rejects.toMatchObject({
      code: "OPERATION_IDENTITY_LACKING",
      message: expect.stringContaining("administrator of Org2MSP") as string,
    });
    await remove(name);
  }, 60_000);

  it("is done from the command line, of a folder or of a profile with an MSP folder", async () => {
    const { folder, organizations } = foreign.consortium;
    const [, two] = organizations;
    const looked = await heddleCommand(heddle.home, "network", "import", "looked", "--test-network", folder, "--look");
    expect(looked).toContain("Admin of Org1MSP (administrator)");
    expect(looked).toContain("peer0.org2.example.com");
    const profile = path.join(two.folder, "connection-org2.json");
    const msp = path.join(two.folder, "users", `app@${two.material.domain}`, "msp");
    await heddleCommand(heddle.home, "network", "import", "typed", "--profile", profile, "--msp", msp);
    await heddleCommand(heddle.home, "chaincode", "submit", "typed", CHAINCODE, "--", ...put("typed", "yes"));
    expect(await heddleCommand(heddle.home, "chaincode", "evaluate", "typed", CHAINCODE, "get", "typed")).toContain("yes");
    expect(await heddleCommand(heddle.home, "network", "show", "typed", "--file")).toContain("runtime: imported");
    await heddleCommand(heddle.home, "network", "delete", "typed", "--yes");
    expect((await heddle.client.listNetworks({})).networks).toEqual([]);
  }, 60_000);

  it("refuses an identity that the network does not know, and keeps nothing of it", async () => {
    const source = profileSource(foreign.consortium.organizations[1], "Admin");
    const { certificatePem, privateKeyPem } = memberOf(foreign.consortium.organizations[0], "Admin").signing;
    const stranger = { ...source, identities: [{ certificate: certificatePem, privateKey: privateKeyPem }] } as ImportBody["source"];
    await expect(heddle.client.importNetwork({ body: { name: "stranger", source: stranger } })).rejects.toMatchObject({
      code: "OPERATION_IMPORT_NOT_READ",
    });
    expect((await heddle.client.listNetworks({})).networks).toEqual([]);
  });

  it("makes no network from a file that says imported", async () => {
    const file = presetNetwork("solo", { name: "made", chaincode: "" });
    const spec = { ...file, spec: { ...file.spec, runtime: "imported", ordering: { ...file.spec.ordering, batch: { timeout: "1s" } } } };
    await expect(heddle.client.createNetwork({ body: { spec } })).rejects.toMatchObject({ code: "RUNTIME_ONLY_IMPORTS" });
  });

  it("leaves no private key in a file, an operation or an event", async () => {
    const name = "sealed";
    await importAs(name, folderSource(foreign.consortium));
    const { operations } = await heddle.client.listOperations({ query: { network: name } });
    const id = operations[0]?.id ?? "";
    const texts = [JSON.stringify(operations), JSON.stringify(await heddle.client.getOperation({ params: { id } }))];
    const files = readdirSync(heddle.home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name)).toString("latin1"));
    const keys = foreign.consortium.organizations.map((one) => keyBody(memberOf(one, "Admin").signing.privateKeyPem));
    expect(files.length).toBeGreaterThan(2);
    for (const key of keys) expect([...texts, ...files].filter((text) => text.includes(key))).toEqual([]);
    await remove(name);
  }, 60_000);
}

/** The middle of a key's base64, without line ends: what no copy of it can do without. */
function keyBody(pem: string): string {
  return (pem.split("\n")[1] ?? "").slice(4, 60);
}

async function code(request: Promise<unknown>): Promise<string> {
  try {
    await request;
    return "accepted";
  } catch (error) {
    return (error as { readonly code?: string }).code ?? String(error);
  }
}

async function firstLine(lines: AsyncIterable<unknown>): Promise<unknown> {
  for await (const line of lines) return line;
  return undefined;
}
