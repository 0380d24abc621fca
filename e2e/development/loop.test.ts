import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isHeddleError } from "@heddle/network";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DevelopmentServer, until } from "./support/server.ts";

const tiny = path.resolve(import.meta.dirname, "../../packages/operations/test/fixtures/tiny");
const modules = path.resolve(import.meta.dirname, "../../node_modules");

const codeOf = (error: unknown): string => (isHeddleError(error) ? error.code : String(error));

let heddle: DevelopmentServer;
let folder: string;

beforeAll(async () => {
  heddle = await DevelopmentServer.start();
  folder = path.join(heddle.home, "contract");
  mkdirSync(folder);
  cpSync(tiny, folder, { recursive: true });
  symlinkSync(modules, path.join(folder, "node_modules"));
  await heddle.create("dev", (file) => {
    file.spec.chaincodes = [{ name: "tiny", channel: "main", source: { path: folder }, language: "javascript" }];
  });
});
afterAll(() => heddle.stop());

const name = "dev";
const chaincode = { name, chaincode: "tiny" };
const channel = { name, channel: "main" };
const put = (key: string, value: string, who: { organization?: string; user?: string } = {}) =>
  heddle.client.submitTransaction({ params: chaincode, body: { ...who, function: "put", args: [key, value] } });
const get = async (key: string): Promise<string | undefined> =>
  (await heddle.client.evaluateTransaction({ params: chaincode, body: { function: "get", args: [key] } })).text;

describe("identities", () => {
  it("are issued, used, revoked on every channel, and issued anew", async () => {
    const user = { organization: "Org2", user: "carol" };
    await heddle.ended(await heddle.client.issueIdentity({ params: { name }, body: { ...user, attributes: { department: "quality" } } }));
    expect(await put("carol", "1", user)).toMatchObject({ code: "VALID" });
    expect(await heddle.client.issueIdentity({ params: { name }, body: user }).catch(codeOf)).toBe("OPERATION_USER_EXISTS");

    const revoked = await heddle.ended(await heddle.client.revokeIdentity({ params: { name, organization: "Org2", user: "carol" } }));
    expect(revoked.result).toMatchObject({
      proof: { channels: [{ channel: "main", peers: ["peer0.org1.example.com", "peer0.org2.example.com"] }] },
    });
    expect(await put("carol", "2", user).catch(codeOf)).toBe("FABRIC_REFUSED");
    expect(await get("carol")).toBe("1");

    const { identities } = await heddle.client.listIdentities({ params: { name } });
    expect(identities.filter((one) => one.name === "carol")).toMatchObject([{ kind: "client", revokedAt: expect.any(String) as string }]);
    expect(await heddle.client.revokeIdentity({ params: { name, organization: "Org2", user: "carol" } }).catch(codeOf)).toBe(
      "OPERATION_USER_REVOKED",
    );
    expect(await heddle.client.revokeIdentity({ params: { name, organization: "Org2", user: "Admin" } }).catch(codeOf)).toBe(
      "OPERATION_USER_NEEDED",
    );

    await heddle.ended(await heddle.client.issueIdentity({ params: { name }, body: user }));
    expect(await put("carol", "3", user)).toMatchObject({ code: "VALID" });
  });

  it("are told of in the channel's configuration, in words", async () => {
    const { configBlocks } = await until(
      () => heddle.client.channelConfig({ params: channel }),
      (config) => config.configBlocks.length > 1,
    );
    const [from = 0, to = 0] = configBlocks.slice(-2);
    const { changes } = await heddle.client.configDifference({ params: channel, query: { from, to } });
    expect(changes.map(({ path: where, summary }) => [where, summary])).toEqual([
      ["Channel/Application/Org2/MSP", "Org2's MSP: 1 revocation list added"],
    ]);
  });
});

describe("what is deployed", () => {
  it("names approvals, packages and functions", async () => {
    const { definitions } = await heddle.client.listDefinitions({ params: { name } });
    expect(definitions).toMatchObject([
      {
        channel: "main",
        name: "tiny",
        sequence: 1,
        endorsementPolicy: "/Channel/Application/Endorsement",
        approvals: [
          { organization: "Org1", approved: true },
          { organization: "Org2", approved: true },
        ],
        installedOn: [{ peer: "peer0.org1.example.com" }, { peer: "peer0.org2.example.com" }],
      },
    ]);
    const { contracts } = await heddle.client.contractMetadata({ params: chaincode });
    expect(contracts.flatMap(({ functions }) => functions.map((one) => one.name))).toEqual(expect.arrayContaining(["put", "get"]));
  });

  it("is deployed again with the source as it is now, keeping the state", async () => {
    await put("kept", "before");
    const source = path.join(folder, "index.cjs");
    writeFileSync(
      source,
      readFileSync(source, "utf8").replace(/async get\(([^)]*)\) \{/, 'async version() {\n    return "two";\n  }\n\n  async get($1) {'),
    );
    const deployed = await heddle.ended(await heddle.client.redeployChaincode({ params: chaincode, body: {} }));
    expect(deployed.result).toMatchObject({ version: "2.0", sequence: 2 });
    const { text } = await heddle.client.evaluateTransaction({ params: chaincode, body: { function: "version", args: [] } });
    expect([text, await get("kept")]).toEqual(["two", "before"]);
  });
});

describe("a channel taken back", () => {
  it("has the state of that block, goes on, and is explored anew", async () => {
    const first = await put("reset", "1");
    await put("reset", "2");
    const { block } = await put("reset", "3");
    await until(
      () => heddle.client.listChannels({ params: { name } }),
      ({ channels }) => channels[0]?.indexed === block + 1,
    );
    await heddle.ended(await heddle.client.resetChannel({ params: channel, body: { block: first.block } }));
    expect(await get("reset")).toBe("1");
    const next = await put("reset", "4");
    expect(next.block).toBe(first.block + 1);
    const history = await until(
      () => heddle.client.keyHistory({ params: { ...channel, chaincode: "tiny" }, query: { key: "reset" } }),
      ({ changes }) => changes[0]?.transaction === next.transactionId,
    );
    expect(history.changes.map(({ value }) => value?.text)).toEqual(["4", "1"]);
    expect(await heddle.client.listChannels({ params: { name } })).toMatchObject({ channels: [{ verified: true, state: "live" }] });
    // Before the second version was deployed: its predecessor's code is not kept, and redeploying brings the chaincode back.
    const { transactions } = await heddle.client.listTransactions({ params: channel, query: { chaincode: "_lifecycle" } });
    const commit = transactions.find(({ function: fn }) => fn === "CommitChaincodeDefinition");
    const back = await heddle.ended(await heddle.client.resetChannel({ params: channel, body: { block: (commit?.block ?? 0) - 1 } }));
    expect(back.result).toMatchObject({ gone: [], withoutCode: ["tiny"] });
    expect(await heddle.client.listChaincodes({ params: { name } })).toMatchObject({ chaincodes: [{ version: "1.0", sequence: 1 }] });
    expect(await get("kept").catch(codeOf)).toBe("FABRIC_REFUSED");
    await heddle.ended(await heddle.client.redeployChaincode({ params: chaincode, body: {} }));
    expect(await get("kept")).toBe("before");
    expect(await heddle.client.resetChannel({ params: channel, body: { block: 10_000 } }).catch(codeOf)).toBe("OPERATION_RESET_REFUSED");
  });
});

describe("the explorer", () => {
  it("finds a transaction by its id, its key, its value and its creator, and shows all of it", async () => {
    const { transactionId } = await put("lot-77", JSON.stringify({ product: "Gruyère", kilograms: 12 }), {
      organization: "Org2",
      user: "app",
    });
    const detail = await until(
      () => heddle.client.getTransaction({ params: { ...channel, transaction: transactionId } }).catch(codeOf),
      (found) => typeof found !== "string",
    );
    expect(detail).toMatchObject({
      code: "VALID",
      chaincode: "tiny",
      function: "put",
      creator: { mspId: "Org2MSP", name: "app" },
      endorsers: [
        { name: expect.stringContaining("peer0") as string, valid: true },
        { name: expect.stringContaining("peer0") as string, valid: true },
      ],
    });
    const kinds = async (q: string): Promise<string[]> => {
      const { hits } = await heddle.client.search({ params: { name }, query: { q } });
      return hits
        .filter((hit) => hit.transaction === transactionId || hit.key === "lot-77" || hit.kind === "creator")
        .map(({ kind }) => kind);
    };
    expect(await kinds(transactionId.slice(0, 12))).toEqual(["transaction"]);
    expect(await kinds("lot-7")).toContain("key");
    expect(await kinds("gruyère kilo")).toEqual(["value"]);
    expect(await kinds("Org2MSP/app")).toContain("creator");
    const { entries } = await heddle.client.listState({ params: { ...channel, chaincode: "tiny" }, query: { prefix: "lot-" } });
    expect(entries).toMatchObject([{ key: "lot-77", transaction: transactionId }]);
  });
});
