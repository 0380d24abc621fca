import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createClient, type Client } from "@heddle/api";
import { HeddleError, presetNetwork, type NetworkFile } from "@heddle/network";
import { OperationEngine, type CertificateCalendar, type OperationKind } from "@heddle/operations";
import type { Store } from "@heddle/store";
import {
  serve,
  type Backend,
  type BackendParts,
  type CallFacts,
  type ExplorerServices,
  type NetworkServices,
  type RunningServer,
  type ServeOptions,
} from "../../src/index.ts";

/** A server on a home of its own, whose networks are rows and whose nodes are made up. */
export interface TestServer {
  readonly server: RunningServer;
  readonly client: Client;
  readonly store: Store;
  /** What the services were asked. */
  readonly calls: unknown[];
  /** Lets the operations of kind `network.prove` end. */
  readonly release: () => void;
  readonly stop: () => Promise<void>;
}

export async function tempHome(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), "heddle-server-"));
}

export async function startServer(options: Partial<ServeOptions> = {}): Promise<TestServer> {
  const home = options.home ?? (await tempHome());
  const calls: unknown[] = [];
  const hold = Promise.withResolvers<void>();
  let store: Store | undefined;
  const backend = (parts: BackendParts): Promise<Backend> => {
    store = parts.store;
    const kinds = createKinds(parts.store, hold.promise);
    return Promise.resolve({
      engine: new OperationEngine({ store: parts.store, kinds, exclusive: true }),
      services: createServices(calls),
      explorer: createExplorer(calls),
    });
  };
  // No console of this checkout, built or not.
  const server = await serve({ port: 0, logLevel: "silent", backend, console: { root: home, build: false }, ...options, home });
  await server.recovered;
  if (store === undefined) throw new Error("the backend was not made");
  return {
    server,
    client: createClient(server.url, server.token),
    store,
    calls,
    release: () => hold.resolve(),
    async stop() {
      hold.resolve();
      await server.close();
      if (options.home === undefined) await rm(home, { recursive: true, force: true });
    },
  };
}

function createKinds(store: Store, released: Promise<void>): OperationKind[] {
  const simple = (name: string): OperationKind => ({
    name,
    describe: () => name,
    plan: () => [
      { name: "work", title: "Work", node: "peer0.org1.example.com", probe: () => false, run: (context) => context.log("working") },
    ],
  });
  const create: OperationKind<{ spec: NetworkFile }> = {
    ...simple("network.create"),
    accept: ({ input, network = "" }, repositories) =>
      repositories.networks.insert({ name: network, spec: input.spec, runtime: input.spec.spec.runtime, state: "creating" }),
    async settled({ network = "" }) {
      await store.networks.update(network, { state: "ready", proof: { channels: [{ channel: "trade", block: 7, extra: true }] } });
      return { proven: true };
    },
  };
  const remove: OperationKind = {
    ...simple("network.delete"),
    async settled({ network = "" }) {
      await store.networks.delete(network);
    },
  };
  const prove: OperationKind = {
    ...simple("network.prove"),
    plan: () => [{ name: "hold", probe: () => false, run: () => released }],
    onFailure: "keep",
  };
  const apply: OperationKind = {
    ...simple("network.apply"),
    plan: () => [{ name: "fail", probe: () => false, run: () => Promise.reject(new Error("this always fails")), undo: () => undefined }],
  };
  const deploy: OperationKind<{ name: string; channel: string }> = {
    ...simple("chaincode.deploy"),
    settled: ({ network = "", input }) =>
      store.chaincodes.put({
        network,
        channel: input.channel,
        name: input.name,
        version: "1.0",
        sequence: 1,
        packageId: "basic_1.0:00",
        detail: {},
      }),
  };
  return [
    create,
    remove,
    prove,
    apply,
    deploy,
    ...[
      "channel.reset",
      "identity.issue",
      "identity.revoke",
      "certificates.renew",
      "network.backup",
      "network.restore",
      "network.upgrade",
      "ordering.migrate",
      "network.import",
    ].map(simple),
  ];
}

/** A backup that the services tell of. */
export const copied = {
  id: "trade-0a1b2c3d",
  network: "trade",
  createdAt: new Date(0).toISOString(),
  runtime: "embedded",
  fabricVersion: "3.1",
  organizations: ["Org1"],
  channels: [{ name: "trade", block: 4 }],
  bytes: 4096,
  files: 2,
} as const;

function createExplorer(calls: unknown[]): ExplorerServices {
  const root = { kind: "group", name: "Channel", version: 0, modPolicy: "Admins", children: [] } as const;
  return {
    state: () => Promise.resolve({ height: 4, state: "catching-up" }),
    content: (...asked) => {
      calls.push(["content", ...asked]);
      return Promise.resolve({ arguments: [], endorsers: [{ mspId: "Org1MSP", name: "peer0", valid: true }], sets: [], envelopeBytes: 7 });
    },
    config: () => Promise.resolve({ sequence: 1, root }),
    difference: (...asked) => {
      calls.push(["difference", ...asked]);
      return Promise.resolve([{ action: "added", kind: "group", path: "Channel/Application/Org3", summary: "Org3 joins the application" }]);
    },
    onMoved: () => () => undefined,
    close: () => Promise.resolve(),
  };
}

const calendar: CertificateCalendar = {
  at: new Date(0),
  unread: ["trade"],
  certificates: [
    {
      organization: "Org1",
      mspId: "Org1MSP",
      owner: "app",
      role: "client",
      purpose: "enrolment",
      serial: "0a",
      fingerprint: "ff",
      notBefore: new Date(0),
      notAfter: new Date(1),
      daysLeft: 0,
      state: "expiring",
      uses: [{ in: "user", name: "app", as: "signs" }],
      superseded: false,
      revokedAt: new Date(2),
    },
  ],
};

/** What a network to import turns out to be. */
export const seen: Awaited<ReturnType<NetworkServices["lookAtImport"]>> = {
  spec: presetNetwork("solo", { name: "foreign" }),
  nodes: [{ name: "peer0.org1.example.com", kind: "peer", organization: "Org1", address: "localhost:7051" }],
  identities: [{ organization: "Org1", mspId: "Org1MSP", user: "Admin", admin: true }],
  chaincodes: [{ channel: "trade", name: "basic", version: "1.0", sequence: 1, initRequired: false }],
  skipped: [{ channel: "old", code: "OPERATION_IMPORT_CONSENSUS_OLD", reason: "kafka", next: "migrate" }],
  notes: ["a note"],
};

function createServices(calls: unknown[]): NetworkServices {
  const noted = <Result>(name: string, args: unknown[], result: Result): Promise<Result> => {
    calls.push([name, ...args]);
    return Promise.resolve(result);
  };
  const file = { path: "identity/key.pem", mode: 0o600, content: "KEY" };
  return {
    nodes: (network) =>
      noted(
        "nodes",
        [network],
        [
          {
            name: "peer0.org1.example.com",
            kind: "peer",
            mspId: "Org1MSP",
            state: "running",
            pid: 7,
            since: new Date(0),
            secret: "must not leave",
          },
        ],
      ),
    async *logs(network, { signal, ...rest }) {
      calls.push(["logs", network, rest]);
      if (rest.node === "gone.org1.example.com") throw new HeddleError("TOY_NODE_GONE", 404, "there is no such node", "look for another");
      if (rest.node === "broken.org1.example.com") throw new Error("a secret of the server");
      yield { node: "peer0.org1.example.com", line: "first\nline", at: new Date(0) };
      if (rest.follow) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      yield { node: "peer0.org1.example.com", line: "last" };
    },
    exportIdentity: (network, whose) => noted("exportIdentity", [network, whose], { files: [file] }),
    environment: (network, whose) =>
      noted("environment", [network, whose], { variables: { CORE_PEER_LOCALMSPID: "Org1MSP" }, files: [file] }),
    submit: (network, chaincode, call: CallFacts) =>
      noted("submit", [network, chaincode, call], { payload: Buffer.from("ok"), transactionId: "ab".repeat(32), block: 9, code: "VALID" }),
    evaluate: (network, chaincode, call: CallFacts) =>
      noted("evaluate", [network, chaincode, call], { payload: Buffer.from([0xff, 0xfe]) }),
    certificates: (network) => noted("certificates", [network], calendar),
    certificateExpiries: () =>
      Promise.resolve([
        { network: "trade", organization: "Org1", owner: "app", purpose: "enrolment", serial: "0a", notAfter: new Date(1_900_000_000_000) },
      ]),
    renewal: (network, request) =>
      noted("renewal", [network, request], {
        members: [{ organization: "Org1", name: "peer0.org1.example.com", role: "peer", serials: ["0a", "0b"] }],
        newKeys: false,
        expired: false,
      }),
    rehearseCertificates: (network, time) =>
      noted("rehearseCertificates", [network, time], {
        ...calendar,
        at: time,
        consequences: [{ code: "user-refused", organization: "Org1", name: "app" }],
      }),
    identities: (network) =>
      noted(
        "identities",
        [network],
        [
          {
            organization: "Org1",
            mspId: "Org1MSP",
            name: "app",
            kind: "client",
            serial: "0a",
            notBefore: new Date(0),
            notAfter: new Date(1),
            revokedAt: new Date(2),
          },
        ],
      ),
    connect: (network, { server, ...request }) =>
      noted("connect", [network, request], {
        network,
        organization: "Org1",
        user: "app",
        mspId: "Org1MSP",
        address: "127.0.0.1:7051",
        hostname: "peer0.org1.example.com",
        channel: "trade",
        chaincode: "basic",
        snippets: [{ language: "rest", title: server, setup: [], files: [file], run: "sh rest.sh" }],
      }),
    definitions: (network) =>
      noted(
        "definitions",
        [network],
        [
          {
            channel: "trade",
            name: "basic",
            version: "1.0",
            sequence: 1,
            endorsementPolicy: "OR('Org1MSP.peer')",
            initRequired: false,
            approvals: [{ mspId: "Org1MSP", organization: "Org1", approved: true }],
            installedOn: [{ peer: "peer0.org1.example.com", packageId: "basic_1.0:00" }],
          },
        ],
      ),
    contractMetadata: (network, chaincode, channel) =>
      noted("contractMetadata", [network, chaincode, channel], {
        contracts: [
          {
            name: "Basic",
            default: true,
            functions: [{ name: "put", submit: true, parameters: [{ name: "key", type: "string", schema: {} }] }],
          },
        ],
      }),
    runtimes: (fabricVersion) =>
      noted(
        "runtimes",
        [fabricVersion],
        [
          { name: "embedded", programs: undefined, problem: undefined },
          { name: "native", programs: { version: "v3.1.1", folder: "/fabric/bin" }, problem: undefined },
          {
            name: "elsewhere",
            programs: undefined,
            problem: { code: "RUNTIME_TOOLS_MISSING", message: "nothing there", next: "Install it." },
          },
        ],
      ),
    scenarios: () => noted("scenarios", [], [{ name: "food-tracing", title: "Food tracing", description: "Lots", language: "typescript" }]),
    redeployment: (network, chaincode, channel) =>
      noted("redeployment", [network, chaincode, channel], { name: chaincode, channel: "trade", source: { scenario: "food-tracing" } }),
    metrics: (network, request) =>
      noted("metrics", [network, request], {
        from: new Date(0),
        to: new Date(2000),
        stepSeconds: 1,
        times: [new Date(1000), new Date(2000)],
        series: [{ metric: "height", node: "peer0.org1.example.com", channel: "trade", values: [null, 3] }],
      }),
    scrapeConfiguration: (network) => noted("scrapeConfiguration", [network], "scrape_configs: []\n"),
    lookAtImport: ({ name }) => noted("lookAtImport", [name], seen),
    importInput: ({ name }) => noted("importInput", [name], { staged: "import:1" }),
    dropImport: ({ staged }) => noted("dropImport", [staged], undefined),
    backups: (network) => noted("backups", [network], [copied]),
    backup: (id) => noted("backup", [id], copied),
    verifyBackup: (id) => noted("verifyBackup", [id], copied),
    removeBackup: (id) => noted("removeBackup", [id], undefined),
    close: () => noted("close", [], undefined),
  };
}
