import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { endpoints, isStream, type EndpointShape } from "@heddle/api";
import { presetNetwork } from "@heddle/network";
import { openStore } from "@heddle/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databaseEvidence, findMarkers, keyMarker, processEvidence, textMarker, type Evidence, type Marker } from "./support/markers.ts";
import { CHAINCODE, CHANNEL, enter, NETWORK, startWorld, type World } from "./support/world.ts";

const TIMEOUT_MS = 120_000;
const PASSWORD = `password-${randomBytes(12).toString("hex")}`;
const SECOND = `password-${randomBytes(12).toString("hex")}`;
const MISTYPED = `password-${randomBytes(12).toString("hex")}`;

const named = Object.entries(endpoints) as [string, EndpointShape][];
/** The endpoints whose answer is a private key, by their permission. */
const exporting = named.filter(([, { permission }]) => permission === "identities.export").map(([name]) => name);

let world: World;
/** Every answer, with its headers, but for the one thing that it is there to hand over. */
const answers: Evidence[] = [];
const secrets: Marker[] = [];
const keys: Marker[] = [];
/** What handed a secret over, to see that the search finds it there. */
const handed: Evidence[] = [];

function evidence(where: string, content: string): Evidence {
  return { where, content: Buffer.from(content) };
}

interface Asked {
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** The body as it is, where it is no JSON. */
  readonly raw?: string;
  readonly handsOver?: "a cookie" | "the body";
}

/** Asks the server; the answer becomes evidence. */
async function ask(method: string, url: string, { headers = {}, body, raw, handsOver }: Asked = {}): Promise<Response & { text: string }> {
  const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(`${world.server.url}${url}`, {
    method,
    headers: { ...(content === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(content === undefined ? {} : { body: content }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  const where = `the answer to ${method} ${url}`;
  const fields = [...response.headers].filter(([name]) => name !== "set-cookie").map(([name, value]) => `${name}: ${value}\n`);
  answers.push(evidence(`${where} (headers)`, fields.join("")));
  (handsOver === "the body" ? handed : answers).push(evidence(where, text));
  (handsOver === "a cookie" ? handed : answers).push(evidence(`${where} (cookie)`, response.headers.getSetCookie().join("\n")));
  return Object.assign(response, { text });
}

const bearer = (): Record<string, string> => ({ authorization: `Bearer ${world.server.token}` });
const own = (): Record<string, string> => ({ origin: world.server.url, "sec-fetch-site": "same-origin" });

function noteSession(name: string, response: Response): Record<string, string> {
  const [cookie = ""] = response.headers.getSetCookie();
  const token = /=([\w-]{43});/.exec(cookie)?.[1] ?? "";
  expect([name, response.status, token.length]).toEqual([name, 200, 43]);
  secrets.push(textMarker(name, token));
  return { ...own(), cookie: cookie.split(";")[0] ?? "" };
}

/** People come, mistype, change passwords, and go. */
async function useAccounts(): Promise<Record<string, string>> {
  secrets.push(textMarker("a password", PASSWORD), textMarker("a changed password", SECOND), textMarker("a mistyped password", MISTYPED));
  await ask("POST", "/api/v1/accounts", { headers: bearer(), body: { name: "alice", role: "owner", password: PASSWORD } });
  const link = await ask("POST", "/api/v1/accounts/alice/link", { headers: bearer(), handsOver: "the body" });
  const { code } = JSON.parse(link.text) as { code: string };
  secrets.push(textMarker("a login code", code));
  const byLink = await ask("POST", "/api/v1/session/link", { headers: own(), body: { code }, handsOver: "a cookie" });
  noteSession("a session begun by a link", byLink);
  await ask("POST", "/api/v1/session/link", { headers: own(), body: { code } });
  const byPassword = await ask("POST", "/api/v1/session", {
    headers: own(),
    body: { account: "alice", password: PASSWORD },
    handsOver: "a cookie",
  });
  const session = noteSession("a session begun by a password", byPassword);
  // What people and programs do wrong.
  const wrong: readonly Asked[] = [
    { body: { account: "alice", password: MISTYPED } },
    { body: { account: MISTYPED, password: "x" } },
    { body: { account: "alice", password: [MISTYPED] } },
    { body: { account: `${MISTYPED} `, password: MISTYPED } },
    { raw: `{"account": "alice", "password": ${MISTYPED}}` },
    { raw: `{"account": "alice", "password": "${MISTYPED}` },
  ];
  for (const one of wrong) await ask("POST", "/api/v1/session", { ...one, headers: own() });
  const change = { current: PASSWORD, next: SECOND };
  await ask("PUT", "/api/v1/session/password", { headers: session, body: { ...change, current: MISTYPED } });
  await ask("PUT", "/api/v1/session/password", { headers: session, body: { current: PASSWORD, next: "short" } });
  expect((await ask("PUT", "/api/v1/session/password", { headers: session, body: change })).status).toBe(200);
  await ask("PUT", "/api/v1/accounts/alice/password", { headers: bearer(), body: { next: MISTYPED, role: MISTYPED } });
  const forbidden = await enter(world, "alice");
  await ask("DELETE", "/api/v1/networks/none", { headers: { ...forbidden, origin: "https://evil.example.com" } });
  return session;
}

/** The network's keys are handed to who may have them. */
async function exportKeys(session: Record<string, string>): Promise<void> {
  const exported = await ask("POST", `/api/v1/networks/${NETWORK}/export`, { headers: session, body: {}, handsOver: "the body" });
  const environment = await ask("GET", `/api/v1/networks/${NETWORK}/env`, { headers: session, handsOver: "the body" });
  const files = [exported, environment].flatMap(({ text }) => (JSON.parse(text) as { files: { path: string; content: string }[] }).files);
  for (const { path: name, content } of files) if (content.includes("PRIVATE KEY")) keys.push(keyMarker(`the key ${name}`, content));
  await importKeys(JSON.parse(exported.text) as { files: { path: string; content: string }[] });
  // Nodes read theirs from their own folder, where they have to be.
  const nodes = path.join(world.home, "networks", NETWORK);
  const pems = readdirSync(nodes, { recursive: true, encoding: "utf8" }).filter(
    (name) => /\.(pem|key)$/.test(name) || name.endsWith("_sk"),
  );
  for (const name of pems) {
    const content = readFileSync(path.join(nodes, name), "utf8");
    if (content.includes("PRIVATE KEY")) keys.push(keyMarker(`the key ${name} of a node`, content));
  }
}

/** Keys that are sent with imports, in the ways in which those fail and in the one in which they do not: of the network itself. */
async function importKeys({ files }: { readonly files: readonly { path: string; content: string }[] }): Promise<void> {
  const content = (name: string): string => files.find((file) => file.path === name)?.content ?? "";
  const identity = { certificate: content("certificate.pem"), privateKey: content("private-key.pem") };
  const profile = content("connection.json");
  const from = (source: unknown): Asked => ({ headers: bearer(), body: { name: "imported", source } });
  const { certificate } = identity;
  const attempts: readonly Asked[] = [
    from({ kind: "profile", profile, identities: [{ ...identity, certificate: identity.privateKey }] }),
    from({ kind: "profile", profile, identities: [{ certificate, privateKey: `${identity.privateKey.slice(0, -60)}\n` }] }),
    from({ kind: "profile", profile: profile.replaceAll(/:\d{4,5}"/g, ':1"'), identities: [identity] }),
    from({ kind: "profile", profile: `[${identity.privateKey}`, identities: [identity] }),
    from({ kind: "microfab", components: `[{"private_key": "${identity.privateKey}` }),
    from({ kind: "microfab", components: [identity] }),
    { headers: bearer(), raw: `{"name": "imported", "source": ${identity.privateKey}` },
  ];
  const statuses: number[] = [];
  for (const attempt of attempts) statuses.push((await ask("POST", "/api/v1/imports", attempt)).status);
  expect(statuses).toEqual([422, 422, 422, 422, 422, 422, 400]);
  const accepted = await ask("POST", "/api/v1/imports", from({ kind: "profile", profile, identities: [identity] }));
  expect(accepted.status).toBe(202);
  const { operation } = JSON.parse(accepted.text) as { operation: { id: string } };
  await expect
    .poll(async () => (await world.client.getOperation({ params: { id: operation.id } })).state, { timeout: 30_000 })
    .toBe("succeeded");
  await ask("GET", `/api/v1/operations/${operation.id}`, { headers: bearer() });
}

/** Every endpoint is asked about the network, and with nothing, in a session and with the token. */
async function askEverything(session: Record<string, string>): Promise<string[]> {
  const values: Readonly<Record<string, string>> = {
    name: NETWORK,
    channel: CHANNEL,
    chaincode: CHAINCODE,
    account: "alice",
    organization: "Org1",
    user: "user1",
    block: "1",
    id: (await world.client.listOperations()).operations[0]?.id ?? "",
  };
  const leave = new Set([
    "logout",
    "deleteNetwork",
    "deleteAccount",
    "changeAccount",
    "login",
    "loginByLink",
    "createLoginLink",
    "openapi",
  ]);
  const asked: string[] = [];
  for (const [name, shape] of named) {
    if (leave.has(name) || exporting.includes(name) || isStream(shape.response)) continue;
    const url = shape.path.replaceAll(/\{(\w+)\}/g, (_whole, parameter: string) => values[parameter] ?? "1");
    const body = shape.method === "GET" ? undefined : { function: "readLot", args: ["LOT-1"], file: "kind: Network" };
    for (const headers of [session, bearer()]) await ask(shape.method, url, { headers, body });
    if (shape.method !== "GET") await ask(shape.method, url, { headers: session, body: {} });
    asked.push(name);
  }
  return asked;
}

beforeAll(async () => {
  world = await startWorld();
}, TIMEOUT_MS);
afterAll(async () => {
  await world?.stop();
}, TIMEOUT_MS);

describe("secrets", () => {
  it("are in no answer, log, event, row or process that has no business with them", { timeout: TIMEOUT_MS }, async () => {
    secrets.push(textMarker("the server's token", world.server.token));
    secrets.push(textMarker("the master key", readFileSync(path.join(world.home, "master.key"), "utf8").trim().split(":").at(-1) ?? ""));
    const session = await useAccounts();
    await exportKeys(session);
    const asked = await askEverything(session);
    expect(asked.length).toBeGreaterThan(15);

    // Work that fails, and a network beside the first, leave their traces too.
    const params = { name: NETWORK, chaincode: CHAINCODE };
    await world.client.submitTransaction({ params, body: { function: "createLot", args: ["LOT-1", "Tomatoes", "Farm", "10"] } });
    await world.client.submitTransaction({ params, body: { function: "noSuchFunction" } }).catch(() => undefined);
    const file = JSON.parse(JSON.stringify(presetNetwork("solo", { name: "second" }))) as Record<string, unknown>;
    await world.ended(await world.client.createNetwork({ body: { spec: file } }));
    await world.ended(await world.client.proveNetwork({ params: { name: NETWORK } }));
    await world.ended(await world.client.deleteNetwork({ params: { name: "second" } }));

    const events: Evidence[] = [];
    const stop = new AbortController();
    const last = await lastEvent();
    for await (const event of world.client.events({ query: { after: 0 } }, { signal: stop.signal })) {
      events.push(evidence(`event ${event.id} ${event.type}`, JSON.stringify(event)));
      if (event.id >= last) stop.abort();
    }
    const { nodes } = await world.client.listNodes({ params: { name: NETWORK } });
    const pids = [...new Set(nodes.flatMap(({ pid }) => (pid === undefined ? [] : [pid])))];
    const logs = readdirSync(world.home, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".log"))
      .map((name) => evidence(`the log ${name}`, readFileSync(path.join(world.home, name), "latin1")));
    const all = [...answers, ...events, ...logs, ...databaseEvidence(path.join(world.home, "heddle.db")), ...pids.flatMap(processEvidence)];

    // It was looked at something of each kind.
    const count = (beginning: string): number => all.filter(({ where }) => where.startsWith(beginning)).length;
    expect(keys.length).toBeGreaterThanOrEqual(5);
    expect([count("the answer") > 60, count("event") > 40, count("the log") >= 2, count("a row") > 60, count("cmdline") >= 1]).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(findMarkers([...secrets, ...keys], all)).toEqual([]);
  });

  it("are found by this search where they are", async () => {
    const found = findMarkers([...secrets, ...keys], handed).map((finding) => finding.replace(/ in the answer to .*/, ""));
    expect(found).toEqual(
      expect.arrayContaining(["a login code", "a session begun by a link", "a session begun by a password", "the key private-key.pem"]),
    );
    // Encoded, and in a row: as somebody might keep it who means well.
    const [token] = secrets.filter(({ name }) => name === "a session begun by a password").flatMap(({ traces }) => traces[0] ?? []);
    const [key] = keys.flatMap(({ traces: [, hex] }) => hex ?? []);
    const store = await openStore({ url: `sqlite:${path.join(world.home, "heddle.db")}` });
    const before = findMarkers([...secrets, ...keys], databaseEvidence(path.join(world.home, "heddle.db")));
    await store.settings.put("encoded", Buffer.concat([Buffer.from("x:"), token ?? Buffer.alloc(0)]).toString("base64"));
    await store.settings.put("key", key?.toString() ?? "");
    const after = findMarkers([...secrets, ...keys], databaseEvidence(path.join(world.home, "heddle.db")));
    // The hash of a session is there: that is how it is found again.
    const hash = createHash("sha256")
      .update(token ?? "")
      .digest("hex");
    expect(findMarkers([textMarker("the hash", hash)], databaseEvidence(path.join(world.home, "heddle.db")))).not.toEqual([]);
    await store.settings.delete("encoded");
    await store.settings.delete("key");
    await store.close();
    expect([before, after]).toEqual([
      [],
      expect.arrayContaining([
        "a session begun by a password in a row of settings",
        expect.stringMatching(/^the key .* in a row of settings$/) as string,
      ]),
    ]);
  });
});

async function lastEvent(): Promise<number> {
  const database = databaseEvidence(path.join(world.home, "heddle.db"));
  const ids = database
    .filter(({ where }) => where === "a row of events")
    .map(({ content }) => Number(content.toString("latin1").split("\0")[0]));
  return Math.max(0, ...ids);
}
