import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { formatNetworkFile, presetNetwork } from "@heddle/network";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "./support/server.ts";

let test: TestServer;
let before: unknown;

beforeAll(async () => {
  test = await startServer();
  const { operation } = await test.client.createNetwork({ body: { file: formatNetworkFile(presetNetwork("solo", { name: "trade" })) } });
  for await (const event of test.client.events({ query: { after: 0, operation: operation.id } })) {
    if ((event.data as { state?: string }).state === "succeeded") break;
  }
  before = await rows();
});
afterAll(() => test.stop());

/** Everything a request could change. */
async function rows(): Promise<unknown> {
  const { networks, operations, chaincodes, events } = test.store;
  return {
    networks: await networks.list(),
    operations: await operations.list(),
    chaincodes: await chaincodes.list("trade"),
    last: await events.lastId(),
  };
}

const json = (value: unknown): string => JSON.stringify(value);
const networks = "/api/v1/networks";
const chaincodes = `${networks}/trade/chaincodes`;
const deploy = { name: "basic", channel: "main", source: { scenario: "food-tracing" } };
const solo = (): Record<string, unknown> => JSON.parse(JSON.stringify(presetNetwork("solo", { name: "other" }))) as Record<string, unknown>;
const id = "00000000-0000-4000-8000-000000000000";

type Row = readonly [
  what: string,
  method: string,
  path: string,
  body: string | Uint8Array<ArrayBuffer> | undefined,
  status: number,
  code: string,
  problem?: string,
];

const bad: readonly Row[] = [
  ["no body", "POST", networks, undefined, 422, "API_BODY_INVALID"],
  ["an empty body", "POST", networks, "", 422, "API_BODY_INVALID"],
  ["half a JSON value", "POST", networks, '{"file": ', 400, "API_BODY_UNREADABLE"],
  ["two JSON values", "POST", networks, "{} {}", 400, "API_BODY_UNREADABLE"],
  ["bytes that are not UTF-8", "POST", networks, Buffer.from([0x22, 0xff, 0x22]), 400, "API_BODY_UNREADABLE"],
  ["a field that would reach the prototype", "POST", networks, '{"file":"x","__proto__":{"admin":true}}', 400, "API_BODY_UNREADABLE"],
  ["null", "POST", networks, "null", 422, "API_BODY_INVALID"],
  ["an array", "POST", networks, "[]", 422, "API_BODY_INVALID"],
  ["a string", "POST", networks, '"solo"', 422, "API_BODY_INVALID"],
  ["both a file and a spec", "POST", networks, json({ file: "x", spec: {} }), 422, "API_BODY_INVALID"],
  ["an unknown field", "POST", networks, json({ file: "x", force: true }), 422, "API_BODY_INVALID", "force"],
  ["a file of another type", "POST", networks, json({ file: 5 }), 422, "API_BODY_INVALID", "file"],
  ["an empty file", "POST", networks, json({ file: "" }), 422, "API_BODY_INVALID", "file"],
  ["a file that is no YAML", "POST", networks, json({ file: "a: [" }), 422, "NETWORK_FILE_UNREADABLE"],
  ["a file that is no network", "POST", networks, json({ file: "kind: Pod" }), 422, "NETWORK_FILE_INVALID"],
  ["a spec that is no network", "POST", networks, json({ spec: { kind: "Network" } }), 422, "NETWORK_FILE_INVALID"],
  [
    "a network with a bad name",
    "POST",
    networks,
    json({ spec: { ...solo(), metadata: { name: "../etc" } } }),
    422,
    "NETWORK_FILE_INVALID",
    "metadata.name",
  ],
  [
    "a network that is there already",
    "POST",
    networks,
    json({ spec: { ...solo(), metadata: { name: "trade" } } }),
    409,
    "STORE_NETWORK_EXISTS",
  ],
  ["a plan of nothing", "POST", `${networks}/plan`, "{}", 422, "API_BODY_INVALID"],
  ["a body larger than the limit", "POST", networks, json({ file: "x".repeat(9 * 1024 * 1024) }), 413, "API_BODY_TOO_LARGE"],
  ["a name that is none", "GET", `${networks}/Trade_1`, undefined, 400, "API_PARAMS_INVALID", "name"],
  ["a name that leaves its folder", "GET", `${networks}/..%2f..%2fetc`, undefined, 400, "API_PARAMS_INVALID", "name"],
  ["a path with a broken escape", "GET", `${networks}/%zz`, undefined, 400, "API_REQUEST_INVALID"],
  ["a network that is not there", "GET", `${networks}/nothing`, undefined, 404, "STORE_NETWORK_NOT_FOUND"],
  ["deleting what is not there", "DELETE", `${networks}/nothing`, undefined, 404, "STORE_NETWORK_NOT_FOUND"],
  ["proving what is not there", "POST", `${networks}/nothing/prove`, undefined, 404, "STORE_NETWORK_NOT_FOUND"],
  ["nodes of what is not there", "GET", `${networks}/nothing/nodes`, undefined, 404, "STORE_NETWORK_NOT_FOUND"],
  ["applying another network's file", "PUT", `${networks}/trade`, json({ spec: solo() }), 422, "API_BODY_INVALID", "metadata.name"],
  ["a query field that is unknown", "GET", "/api/v1/operations?netwrok=trade", undefined, 400, "API_QUERY_INVALID", "netwrok"],
  ["a limit that is no number", "GET", "/api/v1/operations?limit=all", undefined, 400, "API_QUERY_INVALID", "limit"],
  ["a limit that is too large", "GET", "/api/v1/operations?limit=1001", undefined, 400, "API_QUERY_INVALID", "limit"],
  ["a state that is none", "GET", "/api/v1/operations?state=done", undefined, 400, "API_QUERY_INVALID", "state"],
  ["an operation id that is none", "GET", "/api/v1/operations/7", undefined, 400, "API_PARAMS_INVALID", "id"],
  ["an operation that is not there", "GET", `/api/v1/operations/${id}`, undefined, 404, "OPERATION_NOT_FOUND"],
  ["cancelling what is not there", "POST", `/api/v1/operations/${id}/cancel`, undefined, 404, "OPERATION_NOT_FOUND"],
  ["retrying what is not there", "POST", `/api/v1/operations/${id}/retry`, undefined, 404, "OPERATION_NOT_FOUND"],
  ["events after what is no id", "GET", "/api/v1/events?after=-1", undefined, 400, "API_QUERY_INVALID", "after"],
  ["logs with a tail that is negative", "GET", `${networks}/trade/logs?tail=-1`, undefined, 400, "API_QUERY_INVALID", "tail"],
  ["logs of a node with a bad name", "GET", `${networks}/trade/logs?node=..%2fx`, undefined, 400, "API_QUERY_INVALID", "node"],
  [
    "an organisation with a bad name",
    "POST",
    `${networks}/trade/export`,
    json({ organization: "a/b" }),
    422,
    "API_BODY_INVALID",
    "organization",
  ],
  ["a chaincode without a source", "POST", chaincodes, json({ ...deploy, source: undefined }), 422, "API_BODY_INVALID", "source"],
  ["a chaincode with a bad name", "POST", chaincodes, json({ ...deploy, name: "a b" }), 422, "API_BODY_INVALID", "name"],
  ["a chaincode with a bad version", "POST", chaincodes, json({ ...deploy, version: "1/0" }), 422, "API_BODY_INVALID", "version"],
  [
    "a chaincode with a relative folder",
    "POST",
    chaincodes,
    json({ ...deploy, source: { path: "../x" } }),
    422,
    "API_BODY_INVALID",
    "source.path",
  ],
  ["a chaincode of sequence 0", "POST", chaincodes, json({ ...deploy, sequence: 0 }), 422, "API_BODY_INVALID", "sequence"],
  [
    "a chaincode in a language that is none",
    "POST",
    chaincodes,
    json({ ...deploy, language: "cobol" }),
    422,
    "API_BODY_INVALID",
    "language",
  ],
  ["a chaincode with a field unknown", "POST", chaincodes, json({ ...deploy, collections: [] }), 422, "API_BODY_INVALID", "collections"],
  ["a call without a function", "POST", `${chaincodes}/basic/submit`, "{}", 422, "API_BODY_INVALID", "function"],
  ["a call with numbers", "POST", `${chaincodes}/basic/evaluate`, json({ function: "f", args: [1] }), 422, "API_BODY_INVALID", "args[0]"],
  [
    "a call whose transient data is no base64",
    "POST",
    `${chaincodes}/basic/submit`,
    json({ function: "f", transient: { a: "?" } }),
    422,
    "API_BODY_INVALID",
    "transient.a",
  ],
];

describe("bad input", () => {
  const cases = bad.map(([what, method, path, body, status, code, problem]) => ({ what, method, path, body, status, code, problem }));
  it.each(cases)("$what", async ({ method, path, body, status, code, problem }) => {
    const response = await fetch(`${test.server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${test.server.token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body }),
    });
    const answer = (await response.json()) as { error: { code: string; next: string; problems: { path: string }[] } };
    expect([response.status, answer.error.code]).toEqual([status, code]);
    expect(answer.error.next).not.toBe("");
    expect([undefined, ...answer.error.problems.map(({ path: where }) => where)]).toContain(problem);
    expect(await rows()).toEqual(before);
  });

  it.each([
    ["text/plain", "API_MEDIA_TYPE_REFUSED"],
    ["application/x-www-form-urlencoded", "API_MEDIA_TYPE_REFUSED"],
    ["multipart/form-data; boundary=x", "API_MEDIA_TYPE_REFUSED"],
  ])("a body of type %s", async (type, code) => {
    const response = await fetch(`${test.server.url}${networks}`, {
      method: "POST",
      headers: { authorization: `Bearer ${test.server.token}`, "content-type": type },
      body: "file=x",
    });
    expect(((await response.json()) as { error: { code: string } }).error.code).toBe(code);
    expect(await rows()).toEqual(before);
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
    const socket = connect(Number(new URL(test.server.url).port), "127.0.0.1");
    socket.end(bytes);
    const [head = "", body = ""] = (await text(socket)).split("\r\n\r\n");
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head).toMatch(/^X-Content-Type-Options: nosniff$/im);
    expect((JSON.parse(body) as { error: { code: string } }).error.code).toBe(code);
  });

  it("an address as long as its parts may be is understood", async () => {
    const actor = "%F0%9F%98%80".repeat(32);
    const response = await fetch(`${test.server.url}/api/v1/audit?actor=${actor}&x=${"x".repeat(50_000)}`, {
      headers: { authorization: `Bearer ${test.server.token}` },
    });
    const { error } = (await response.json()) as { error: { code: string; problems: { path: string }[] } };
    expect([error.code, error.problems.map(({ path }) => path)]).toEqual(["API_QUERY_INVALID", ["x"]]);
  });

  it("a Last-Event-ID that is no id", async () => {
    const response = await fetch(`${test.server.url}/api/v1/events`, {
      headers: { authorization: `Bearer ${test.server.token}`, "last-event-id": "one" },
    });
    expect(((await response.json()) as { error: { code: string } }).error.code).toBe("API_REQUEST_INVALID");
  });
});
