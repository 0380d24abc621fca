import { endpointNames, endpoints, errorsOf, type ClientInput, type EndpointName, type Endpoints } from "@heddle/api";
import { formatNetworkFile, isHeddleError, presetNetwork } from "@heddle/network";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { statusOf } from "../src/error-catalogue.ts";
import { copied, seen, startServer, type TestServer } from "./support/server.ts";

const consortium = presetNetwork("consortium", { name: "trade" });
const params = { name: "trade" };
const anyTime = expect.stringMatching(/^\d{4}-.*Z$/) as string;
const operation = expect.objectContaining({ id: expect.any(String) as string, state: expect.any(String) as string }) as unknown;
const call = { channel: "trade", organization: "Org1", user: "app", function: "read", args: ["1", "ü"], transient: { price: "NDI=" } };

/** The indexed transaction. */
const transactionId = "0123456789abcdef".repeat(4);
const at = new Date(1_800_000_000_000);

let test: TestServer;
let failed: string;
let held: string;
/** Code of a login link for bob, once it is made. */
let link: string;

const imported = (name: string) => ({ name, source: { kind: "microfab" as const, components: "[]" } });

/** For each endpoint what the client sends, and what has to come back. A new endpoint without a row does not compile. */
const rows: { readonly [Name in EndpointName]: () => { input: ClientInput<Endpoints[Name]>; output: unknown; asked?: unknown[] } } = {
  createNetwork: () => ({
    input: { body: { file: formatNetworkFile(presetNetwork("solo", { name: "second" })) } },
    output: { operation: expect.objectContaining({ kind: "network.create", network: "second" }) as unknown },
  }),
  lookAtImport: () => ({ input: { body: imported("seen") }, output: seen, asked: ["lookAtImport", "seen"] }),
  importNetwork: () => ({
    input: { body: imported("foreign") },
    output: { operation: expect.objectContaining({ kind: "network.import", network: "foreign" }) as unknown },
  }),
  listNetworks: () => ({
    input: {},
    output: { networks: expect.arrayContaining([expect.objectContaining({ name: "trade" })]) as unknown },
  }),
  planNetwork: () => ({
    input: { body: { spec: JSON.parse(JSON.stringify(consortium)) as Record<string, unknown> } },
    output: { network: "trade", empty: true, changes: [] },
  }),
  getNetwork: () => ({
    input: { params },
    output: expect.objectContaining({
      name: "trade",
      state: "ready",
      runtime: "embedded",
      spec: JSON.parse(JSON.stringify(consortium)) as unknown,
      proof: { channels: [{ channel: "trade", block: 7, extra: true }] },
    }) as unknown,
  }),
  listNodes: () => ({
    input: { params },
    output: {
      nodes: [
        { name: "peer0.org1.example.com", kind: "peer", mspId: "Org1MSP", state: "running", pid: 7, since: new Date(0).toISOString() },
      ],
    },
    asked: ["nodes", "trade"],
  }),
  logs: () => ({
    input: { params, query: { node: "peer0.org1.example.com", tail: 5 } },
    output: [
      { node: "peer0.org1.example.com", line: "first\nline", at: new Date(0).toISOString() },
      { node: "peer0.org1.example.com", line: "last" },
    ],
    asked: ["logs", "trade", { node: "peer0.org1.example.com", follow: false, tail: 5 }],
  }),
  exportNetwork: () => ({
    input: { params, body: { organization: "Org1", user: "app" } },
    output: { files: [{ path: "identity/key.pem", mode: 0o600, content: "KEY" }] },
    asked: ["exportIdentity", "trade", { organization: "Org1", user: "app" }],
  }),
  environment: () => ({
    input: { params, query: { organization: "Org2" } },
    output: expect.objectContaining({ variables: { CORE_PEER_LOCALMSPID: "Org1MSP" } }) as unknown,
    asked: ["environment", "trade", { organization: "Org2" }],
  }),
  deployChaincode: () => ({
    input: { params, body: { name: "basic", channel: "trade", source: { scenario: "food-tracing" } } },
    output: { operation },
  }),
  listChaincodes: () => ({
    input: { params },
    output: { chaincodes: [expect.objectContaining({ name: "basic", channel: "trade", sequence: 1 })] },
  }),
  submitTransaction: () => ({
    input: { params: { ...params, chaincode: "basic" }, body: call },
    output: { payload: "b2s=", text: "ok", transactionId: "ab".repeat(32), block: 9, code: "VALID" },
    asked: ["submit", "trade", "basic", call],
  }),
  evaluateTransaction: () => ({
    input: { params: { ...params, chaincode: "basic" }, body: { function: "read" } },
    // Not UTF-8: no text.
    output: { payload: "//4=" },
    asked: ["evaluate", "trade", "basic", { function: "read", args: [] }],
  }),
  listIdentities: () => ({
    input: { params },
    output: { identities: [expect.objectContaining({ name: "app", notAfter: anyTime, revokedAt: anyTime })] },
    asked: ["identities", "trade"],
  }),
  listCertificates: () => ({
    input: { params },
    output: {
      at: anyTime,
      unread: ["trade"],
      certificates: [expect.objectContaining({ owner: "app", notBefore: anyTime, notAfter: anyTime, revokedAt: anyTime, daysLeft: 0 })],
    },
    asked: ["certificates", "trade"],
  }),
  renewCertificates: () => ({
    input: { params: { name: "renewing" }, body: { organizations: ["Org1"], withinDays: 60 } },
    output: { operation: expect.objectContaining({ kind: "certificates.renew", network: "renewing" }) as unknown },
    asked: ["renewal", "renewing", { organizations: ["Org1"], withinDays: 60 }],
  }),
  rehearseCertificates: () => ({
    input: { params, query: { at: at.toISOString() } },
    output: expect.objectContaining({
      at: at.toISOString(),
      consequences: [{ code: "user-refused", organization: "Org1", name: "app" }],
    }) as unknown,
    asked: ["rehearseCertificates", "trade", at],
  }),
  issueIdentity: () => ({ input: { params: { name: "issuing" }, body: { organization: "Org1", user: "carol" } }, output: { operation } }),
  revokeIdentity: () => ({ input: { params: { name: "revoking", organization: "Org1", user: "app" } }, output: { operation } }),
  listRuntimes: () => ({
    input: { query: { fabricVersion: "2.5" } },
    output: {
      runtimes: [
        { name: "embedded", usable: true },
        { name: "native", usable: true, programs: { version: "v3.1.1", folder: "/fabric/bin" } },
        { name: "elsewhere", usable: false, problem: { code: "RUNTIME_TOOLS_MISSING", message: "nothing there", next: "Install it." } },
      ],
    },
    asked: ["runtimes", "2.5"],
  }),
  listScenarios: () => ({
    input: {},
    output: { scenarios: [{ name: "food-tracing", title: "Food tracing", description: "Lots", language: "typescript" }] },
    asked: ["scenarios"],
  }),
  estimateNetwork: () => ({
    input: { body: { spec: JSON.parse(JSON.stringify(consortium)) as Record<string, unknown> } },
    output: { nodes: 3, processes: 2, ports: 10, memoryBytes: expect.any(Number) as number },
  }),
  listDefinitions: () => ({
    input: { params },
    output: {
      definitions: [expect.objectContaining({ name: "basic", approvals: [{ mspId: "Org1MSP", organization: "Org1", approved: true }] })],
    },
    asked: ["definitions", "trade"],
  }),
  contractMetadata: () => ({
    input: { params: { ...params, chaincode: "basic" }, query: { channel: "trade" } },
    output: {
      contracts: [expect.objectContaining({ name: "Basic", functions: [expect.objectContaining({ name: "put", submit: true })] })],
    },
    asked: ["contractMetadata", "trade", "basic", "trade"],
  }),
  connect: () => ({
    input: { params, query: { organization: "Org1" } },
    output: expect.objectContaining({
      user: "app",
      snippets: [expect.objectContaining({ language: "rest", title: test.server.url, run: "sh rest.sh" })],
    }) as unknown,
    asked: ["connect", "trade", { organization: "Org1" }],
  }),
  redeployChaincode: () => ({
    input: { params: { name: "redeploying", chaincode: "basic" }, body: {} },
    output: { operation: expect.objectContaining({ kind: "chaincode.deploy" }) as unknown },
    asked: ["redeployment", "redeploying", "basic", undefined],
  }),
  resetChannel: () => ({ input: { params: { name: "resetting", channel: "trade" }, body: { block: 3 } }, output: { operation } }),
  listBackups: () => ({ input: { query: { network: "trade" } }, output: { backups: [copied] }, asked: ["backups", "trade"] }),
  createBackup: () => ({ input: { params: { name: "copying" } }, output: { operation } }),
  upgradeNetwork: () => ({ input: { params: { name: "upgrading" }, body: { fabricVersion: "3.1" } }, output: { operation } }),
  migrateOrdering: () => ({ input: { params: { name: "migrating" }, body: { type: "bft" } }, output: { operation } }),
  verifyBackup: () => ({ input: { params: { backup: copied.id } }, output: { backup: copied }, asked: ["verifyBackup", copied.id] }),
  restoreBackup: () => ({
    input: { params: { backup: copied.id }, body: { name: "restored" } },
    output: { operation: expect.objectContaining({ kind: "network.restore", network: "restored" }) as unknown },
  }),
  deleteBackup: () => ({ input: { params: { backup: copied.id } }, output: { removed: copied.id }, asked: ["removeBackup", copied.id] }),
  networkMetrics: () => ({
    input: { params, query: { points: 2 } },
    output: expect.objectContaining({
      stepSeconds: 1,
      times: [anyTime, anyTime],
      series: [{ metric: "height", node: "peer0.org1.example.com", channel: "trade", values: [null, 3] }],
    }) as unknown,
    asked: ["metrics", "trade", { from: undefined, to: undefined, points: 2 }],
  }),
  scrapeConfiguration: () => ({ input: { params }, output: { yaml: "scrape_configs: []\n" }, asked: ["scrapeConfiguration", "trade"] }),
  ...explorerRows(),
  ...accountRows(),
  getConsole: () => ({ input: {}, output: expect.objectContaining({ state: "absent" }) as unknown }),
  health: () => ({ input: {}, output: expect.objectContaining({ status: "ok", pid: process.pid, store: "sqlite" }) as unknown }),
  openapi: () => ({ input: {}, output: expect.objectContaining({ openapi: "3.1.0" }) as unknown }),
  applyNetwork: () => ({
    input: { params, body: { spec: JSON.parse(JSON.stringify(consortium)) as Record<string, unknown> } },
    output: { operation },
  }),
  proveNetwork: () => ({ input: { params: { name: "third" } }, output: { operation } }),
  listOperations: () => ({ input: { query: { network: "trade", limit: 2 } }, output: { operations: [operation, operation] } }),
  getOperation: () => ({
    input: { params: { id: failed } },
    output: expect.objectContaining({
      state: "failed",
      error: expect.objectContaining({ code: "OPERATION_STEP_FAILED" }) as unknown,
    }) as unknown,
  }),
  retryOperation: () => ({ input: { params: { id: failed } }, output: { operation } }),
  cancelOperation: () => ({ input: { params: { id: held } }, output: { operation } }),
  deleteNetwork: () => ({ input: { params }, output: { operation } }),
  events: () => ({
    input: { query: { after: 0, operation: failed } },
    output: expect.arrayContaining([expect.objectContaining({ type: "operation.changed" })]) as unknown,
  }),
};

type ExplorerName =
  | "listChannels"
  | "listBlocks"
  | "followBlocks"
  | "getBlock"
  | "listTransactions"
  | "getTransaction"
  | "listState"
  | "keyHistory"
  | "search"
  | "channelConfig"
  | "configDifference";

/** Blocks in the index of the network `third`: a configuration, and a transaction that wrote a key. */
async function indexBlocks(): Promise<void> {
  const channel = await test.store.explorer.open("third", "main");
  if (channel === undefined) throw new Error("there is no index");
  const block = (number: number, kind: "config" | "transactions") => ({
    number,
    hash: Buffer.alloc(32, number),
    previousHash: Buffer.alloc(0),
    dataHash: Buffer.alloc(32),
    transactions: 1,
    invalid: 0,
    bytes: 10,
    kind,
    at,
    firstAt: at,
    orderer: "OrdererMSP/orderer0",
    signatures: 1,
    verified: true,
  });
  const place = { block: 1, index: 0 };
  const transaction = {
    ...place,
    id: transactionId,
    at,
    kind: "endorser" as const,
    code: 0,
    chaincode: "basic",
    function: "put",
    creator: "Org1MSP/app",
  };
  await test.store.explorer.append(channel, {
    blocks: [block(0, "config"), block(1, "transactions"), block(2, "transactions")],
    transactions: [{ ...transaction, block: 0, id: "", kind: "config", chaincode: undefined, function: undefined }, transaction],
    writes: [{ ...place, namespace: "basic", key: Buffer.from("apple"), value: Buffer.from("a red one") }],
    texts: [{ ...place, words: "a red one" }],
    problem: undefined,
  });
}

/** What the explorer says of those blocks. */
function explorerRows(): Pick<typeof rows, ExplorerName> {
  const channel = { name: "third", channel: "main" };
  const basic = { ...channel, chaincode: "basic" };
  const value = { base64: Buffer.from("a red one").toString("base64"), text: "a red one", bytes: 9 };
  const block = expect.objectContaining({ number: 1, hash: "01".repeat(32), verified: true, at: at.toISOString() }) as unknown;
  const transaction = expect.objectContaining({
    id: transactionId,
    code: "VALID",
    chaincode: "basic",
    creator: { mspId: "Org1MSP", name: "app" },
  }) as unknown;
  return {
    listChannels: () => ({
      input: { params: { name: "third" } },
      output: {
        channels: [expect.objectContaining({ name: "main", height: 4, indexed: 3, transactions: 3, verified: true, state: "catching-up" })],
      },
    }),
    listBlocks: () => ({ input: { params: channel, query: { limit: 1, before: 2 } }, output: { blocks: [block] } }),
    followBlocks: () => ({ input: { params: channel, query: { after: 0 } }, output: [block, expect.objectContaining({ number: 2 })] }),
    getBlock: () => ({
      input: { params: { ...channel, block: 1 } },
      output: expect.objectContaining({ number: 1, content: [transaction] }) as unknown,
    }),
    listTransactions: () => ({
      input: { params: channel, query: { creator: "Org1MSP", code: "VALID", chaincode: "basic" } },
      output: { transactions: [transaction] },
    }),
    getTransaction: () => ({
      input: { params: { ...channel, transaction: transactionId } },
      output: expect.objectContaining({
        id: transactionId,
        endorsers: [{ mspId: "Org1MSP", name: "peer0", valid: true }],
        envelopeBytes: 7,
      }) as unknown,
      asked: ["content", "third", "main", { block: 1, index: 0, configBlock: 0 }],
    }),
    listState: () => ({
      input: { params: basic, query: { prefix: "app" } },
      output: { at: 2, entries: [{ key: "apple", value, block: 1, index: 0, transaction: transactionId }] },
    }),
    keyHistory: () => ({
      input: { params: basic, query: { key: "apple" } },
      output: { changes: [{ transaction: transactionId, block: 1, index: 0, at: at.toISOString(), delete: false, value }] },
    }),
    search: () => ({
      input: { params: { name: "third" }, query: { q: "red on" } },
      output: {
        hits: [expect.objectContaining({ kind: "value", title: "apple", transaction: transactionId, namespace: "basic", key: "apple" })],
      },
    }),
    channelConfig: () => ({
      input: { params: channel },
      output: expect.objectContaining({
        block: 0,
        sequence: 1,
        configBlocks: [0],
        root: expect.objectContaining({ name: "Channel" }) as unknown,
      }) as unknown,
    }),
    configDifference: () => ({
      input: { params: channel, query: { from: 0, to: 0 } },
      output: { changes: [expect.objectContaining({ summary: "Org3 joins the application" })] },
      asked: ["difference", "third", "main", 0, 0],
    }),
  };
}

type AccountName =
  | "login"
  | "loginByLink"
  | "getSession"
  | "logout"
  | "changePassword"
  | "createLoginLink"
  | "listAccounts"
  | "createAccount"
  | "changeAccount"
  | "setPassword"
  | "deleteAccount"
  | "listAudit";

/** Accounts are made, changed, used and removed in the order of the rows. */
function accountRows(): Pick<typeof rows, AccountName> {
  const bob = { account: "bob" };
  const local = { account: "local", role: "owner", permissions: expect.arrayContaining(["accounts.write"]) as unknown, hasPassword: false };
  const password = "correct horse battery";
  const entered = (role: string) => expect.objectContaining({ account: "bob", role, expiresAt: anyTime, hasPassword: true }) as unknown;
  return {
    createAccount: () => ({
      input: { body: { name: "bob", role: "viewer", password: "a first password" } },
      output: { name: "bob", role: "viewer", createdAt: anyTime, hasPassword: true },
    }),
    listAccounts: () => ({
      input: {},
      output: {
        accounts: [
          { name: "admin", role: "owner", createdAt: anyTime, hasPassword: false },
          expect.objectContaining({ name: "bob" }) as unknown,
        ],
      },
    }),
    changeAccount: () => ({
      input: { params: bob, body: { role: "operator" } },
      output: expect.objectContaining({ name: "bob", role: "operator" }) as unknown,
    }),
    setPassword: () => ({ input: { params: bob, body: { next: password } }, output: {} }),
    login: () => ({ input: { body: { account: "Bob", password } }, output: entered("operator") }),
    createLoginLink: () => ({
      input: { params: bob },
      output: {
        code: expect.stringMatching(/^[\w-]{43}$/) as string,
        path: expect.stringMatching(/^\/#\/login\/[\w-]{43}$/) as string,
        expiresAt: anyTime,
      },
    }),
    loginByLink: () => ({ input: { body: { code: link } }, output: entered("operator") }),
    getSession: () => ({ input: {}, output: local }),
    listAudit: () => ({
      input: { query: { actor: "local", limit: 2 } },
      output: {
        entries: [
          expect.objectContaining({ actor: "local", action: "createLoginLink", target: "bob", outcome: "done", address: "127.0.0.1" }),
          expect.objectContaining({ action: "setPassword" }),
        ],
      },
    }),
    deleteAccount: () => ({ input: { params: bob }, output: {} }),
    logout: () => ({ input: {}, output: {} }),
    changePassword: () => ({ input: { body: { next: password } }, output: "AUTH_NO_ACCOUNT" }),
  };
}

beforeAll(async () => {
  test = await startServer();
  for (const name of [
    "trade",
    "third",
    "issuing",
    "revoking",
    "renewing",
    "resetting",
    "redeploying",
    "copying",
    "upgrading",
    "migrating",
  ]) {
    const { operation: created } = await test.client.createNetwork({
      body: { file: formatNetworkFile(presetNetwork("consortium", { name })) },
    });
    await ended(created.id);
  }
  await indexBlocks();
  failed = (await test.client.applyNetwork({ params, body: { file: formatNetworkFile(consortium) } })).operation.id;
  await ended(failed);
});
afterAll(() => test.stop());

async function ended(id: string): Promise<void> {
  for await (const event of test.client.events({ query: { after: 0, operation: id } })) {
    const { state } = event.data as { state?: string };
    if (event.type === "operation.changed" && ["succeeded", "failed", "cancelled"].includes(state ?? "")) return;
  }
}

/** An endpoint that this client is refused by is round-tripped by its code. */
function codeOf(error: unknown): string {
  if (isHeddleError(error)) return error.code;
  throw error;
}

/** Calls any endpoint; of a stream the first items, until it ends or `count` have come. */
async function run(name: EndpointName, input: unknown, count: number): Promise<unknown> {
  const result = (test.client[name] as (input: unknown) => unknown)(input);
  if (result instanceof Promise) return (await result) as unknown;
  const items: unknown[] = [];
  for await (const item of result as AsyncIterable<unknown>) {
    items.push(item);
    if (items.length === count) break;
  }
  return items;
}

describe("every endpoint, from the client to its handler and back", () => {
  it.each(Object.keys(rows) as EndpointName[])("%s", async (name) => {
    const { input, output, asked } = rows[name]();
    const answer = await run(name, input, 2).catch(codeOf);
    if (name === "createLoginLink") ({ code: link } = answer as { code: string });
    expect(answer).toEqual(output);
    expect([undefined, ...test.calls]).toContainEqual(asked);
    if (typeof answer === "object" && answer !== null && "operation" in answer) {
      const { id } = answer.operation as { id: string };
      if (name === "proveNetwork") held = id;
      else await ended(id);
    }
  });

  it("has a row", () => {
    expect(Object.keys(rows).toSorted()).toEqual(endpointNames.toSorted());
  });

  it("names only errors that a catalogue has", () => {
    const codes = new Set(Object.values(endpoints).flatMap((shape) => errorsOf(shape)));
    expect(codes.size).toBeGreaterThan(20);
    for (const code of codes) expect(statusOf(code)).toBeGreaterThanOrEqual(400);
  });
});
