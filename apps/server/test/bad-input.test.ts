// Each bad request gets its code and changes nothing: no row, no file, no process. On the real
// thing: a server as it runs everywhere, with a network in a process of its own.
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";
import { createClient } from "@heddle/api";
import { presetNetwork } from "@heddle/network";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UNDOCUMENTED } from "../src/http/error-handler.ts";
import { serve, type RunningServer } from "../src/index.ts";
import { badRequests } from "./support/bad-requests.ts";
import { tempHome } from "./support/server.ts";
import { worldOf, type World } from "./support/world.ts";

let home: string;
let log: string;
let server: RunningServer;
let before: World;

beforeAll(async () => {
  home = await tempHome();
  log = path.join(home, "logs", "server.log");
  server = await serve({ home, port: 0, logFile: log, console: { root: home, build: false } });
  await change((client) => client.createNetwork({ body: { spec: presetNetwork("solo", { name: "trade", chaincode: "" }) } }));
  before = worldOf(home);
}, 60_000);
afterAll(async () => {
  await change((client) => client.deleteNetwork({ params: { name: "trade" } }));
  await server.close();
  await rm(home, { recursive: true, force: true });
});

/** Does something and waits for its end. */
async function change(begin: (client: ReturnType<typeof createClient>) => Promise<{ operation: { id: string } }>): Promise<void> {
  const client = createClient(server.url, server.token);
  const { operation } = await begin(client);
  for await (const event of client.events({ query: { after: 0, operation: operation.id } })) {
    const { state = "" } = event.data as { state?: string };
    if (event.type === "operation.changed" && ["succeeded", "failed", "cancelled"].includes(state)) return;
  }
}

describe("bad input", () => {
  it("is tried on a network that runs", () => {
    expect(badRequests.length).toBeGreaterThan(100);
    expect(before.processes).toHaveLength(1);
    expect(before.rows["networks"]).toHaveLength(1);
    expect(before.rows["secrets"]?.length).toBeGreaterThan(1);
    expect(before.files.length).toBeGreaterThan(5);
  });

  it.each(badRequests)("$method: $what", async ({ method, path: target, body, headers, status, code, problem }) => {
    const response = await fetch(`${server.url}${target}`, {
      method,
      headers: {
        authorization: `Bearer ${server.token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const answer = await response.text();
    const { error } = JSON.parse(answer) as { error: { code: string; next: string; problems: { path: string }[] } };
    expect([response.status, error.code]).toEqual([status, code]);
    expect(error.next).not.toBe("");
    expect([undefined, ...error.problems.map(({ path: where }) => where)]).toContain(problem);
    expect(answer.length).toBeLessThan(20_000);
    expect(worldOf(home)).toEqual(before);
  });

  it.each([
    ["no HTTP at all", "hello there\r\n\r\n", 400, "API_REQUEST_INVALID"],
    ["headers that never end", `GET / HTTP/1.1\r\nhost: x\r\nx: ${"x".repeat(70_000)}\r\n\r\n`, 431, "API_HEADERS_TOO_LARGE"],
    [
      "an address that never ends",
      `GET /api/v1/operations?network=${"x".repeat(70_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
      431,
      "API_HEADERS_TOO_LARGE",
    ],
  ])("%s", async (_what, bytes, status, code) => {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    socket.end(bytes);
    const [head = "", body = ""] = (await text(socket)).split("\r\n\r\n");
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head).toMatch(/^X-Content-Type-Options: nosniff$/im);
    expect((JSON.parse(body) as { error: { code: string } }).error.code).toBe(code);
    expect(worldOf(home)).toEqual(before);
  });

  it("an address as long as its parts may be is understood", async () => {
    const actor = "%F0%9F%98%80".repeat(32);
    const response = await fetch(`${server.url}/api/v1/audit?actor=${actor}&x=${"x".repeat(50_000)}`, {
      headers: { authorization: `Bearer ${server.token}` },
    });
    const { error } = (await response.json()) as { error: { code: string; problems: { path: string }[] } };
    expect([error.code, error.problems.map(({ path: where }) => where)]).toEqual(["API_QUERY_INVALID", ["x"]]);
  });

  it("is answered as the contract says, and as nobody's fault but the sender's", () => {
    const lines = readFileSync(log, "utf8");
    expect(lines).toContain("listening");
    expect(lines).not.toContain(UNDOCUMENTED);
    expect(lines).not.toContain('"level":50');
  });
});
