import { presetNetwork } from "@heddle/network";

/** A request that is refused: with what status and code, and where the problem is said to be. */
export interface BadRequest {
  readonly what: string;
  readonly method: string;
  readonly path: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly code: string;
  /** Path of one of the problems that are told. */
  readonly problem?: string;
}

type Row = readonly [what: string, path: string, body: BadRequest["body"], status: number, code: string, problem?: string];
type Method = "GET" | "POST" | "PUT" | "DELETE" | "PATCH";

const json = (value: unknown): string => JSON.stringify(value);
const networks = "/api/v1/networks";
const trade = `${networks}/trade`;
const chaincodes = `${trade}/chaincodes`;
const call = `${chaincodes}/basic`;
const deploy = { name: "basic", channel: "main", source: { scenario: "food-tracing" } };
const id = "00000000-0000-4000-8000-000000000000";

/** A right network file called `other`, with some of its specification replaced. */
function other(changes: Readonly<Record<string, unknown>> = {}, name: unknown = "other"): Record<string, unknown> {
  const file = JSON.parse(JSON.stringify(presetNetwork("solo", { name: "other", chaincode: "" }))) as { spec: object };
  return { ...file, metadata: { name }, spec: { ...file.spec, ...changes } };
}
const chaincode = (more: object): Record<string, unknown> => ({ chaincodes: [{ ...deploy, ...more }] });
const create = (changes: Readonly<Record<string, unknown>>): string => json({ spec: other(changes) });
const named = (name: unknown): string => json({ spec: other({}, name) });
const yaml = "apiVersion: heddle.dev/v1\nkind: Network\nmetadata: {name: other}\nspec:\n  organizations: [{name: Org1}]\n";

const create422: readonly Row[] = [
  ["no body", networks, undefined, 422, "API_BODY_INVALID"],
  ["an empty body", networks, "", 422, "API_BODY_INVALID"],
  ["null", networks, "null", 422, "API_BODY_INVALID"],
  ["an array", networks, "[]", 422, "API_BODY_INVALID"],
  ["a string", networks, '"solo"', 422, "API_BODY_INVALID"],
  ["both a file and a spec", networks, json({ file: "x", spec: {} }), 422, "API_BODY_INVALID"],
  ["an unknown field", networks, json({ file: "x", force: true }), 422, "API_BODY_INVALID", "force"],
  ["a constructor", networks, json({ file: "x", constructor: { prototype: { admin: true } } }), 422, "API_BODY_INVALID", "constructor"],
  ["a million unknown fields", networks, `{${Array.from({ length: 200_000 }, (_, i) => `"k${i}":1`).join(",")}}`, 422, "API_BODY_INVALID"],
  ["a file of another type", networks, json({ file: 5 }), 422, "API_BODY_INVALID", "file"],
  ["an empty file", networks, json({ file: "" }), 422, "API_BODY_INVALID", "file"],
  ["a spec that is a list", networks, json({ spec: [] }), 422, "API_BODY_INVALID"],
  ["a plan of nothing", `${networks}/plan`, "{}", 422, "API_BODY_INVALID"],
  ["a file that is no YAML", networks, json({ file: "a: [" }), 422, "NETWORK_FILE_UNREADABLE"],
  ["a file with a key twice", networks, json({ file: yaml.replace("kind:", "kind: x\nkind:") }), 422, "NETWORK_FILE_UNREADABLE"],
  ["a file with a foreign tag", networks, json({ file: yaml.replace("other", "!!js/function x") }), 422, "NETWORK_FILE_UNREADABLE"],
  ["a file nested without end", networks, json({ file: `a: ${"[".repeat(50_000)}` }), 422, "NETWORK_FILE_UNREADABLE"],
  [
    "an alias bomb",
    networks,
    json({
      file: `a: &a [x,x,x,x,x,x,x,x,x,x]\n${"bcdefghi"
        .split("")
        .map((name, i) => `${name}: &${name} [${Array(10).fill(`*${"abcdefgh"[i]}`).join(",")}]`)
        .join("\n")}\n`,
    }),
    422,
    "NETWORK_FILE_UNREADABLE",
  ],
  ["a file of a megabyte", networks, json({ file: `${yaml}#${"x".repeat(1024 * 1024)}` }), 413, "NETWORK_FILE_TOO_LARGE"],
  ["a file that is no network", networks, json({ file: "kind: Pod" }), 422, "NETWORK_FILE_INVALID"],
  ["a file with a byte of zero", networks, json({ file: yaml.replace("other", "o\u0000r") }), 422, "NETWORK_FILE_INVALID", "metadata.name"],
  ["a file with a prototype", networks, json({ file: `${yaml}__proto__: {x: 1}\n` }), 422, "NETWORK_FILE_INVALID", "__proto__"],
  ["a spec that is no network", networks, json({ spec: { kind: "Network" } }), 422, "NETWORK_FILE_INVALID"],
  ["a name that leaves its folder", networks, named("../etc"), 422, "NETWORK_FILE_INVALID", "metadata.name"],
  ["a name with an accent", networks, named("ötter"), 422, "NETWORK_FILE_INVALID", "metadata.name"],
  ["a name that only looks Latin", networks, named("\u043ether"), 422, "NETWORK_FILE_INVALID", "metadata.name"],
  ["a name with a byte of zero", networks, named("oth\u0000er"), 422, "NETWORK_FILE_INVALID", "metadata.name"],
  ["a name with a line break", networks, named("other\n"), 422, "NETWORK_FILE_INVALID", "metadata.name"],
  ["a name that is a list", networks, named(["other"]), 422, "NETWORK_FILE_INVALID", "metadata.name"],
  [
    "an organisation that is a prototype",
    networks,
    create({ organizations: [{ name: "__proto__" }] }),
    422,
    "NETWORK_FILE_INVALID",
    "spec.organizations[0].name",
  ],
  [
    "a channel without its organisation",
    networks,
    create({ channels: [{ name: "main", members: ["Org7"] }] }),
    422,
    "NETWORK_FILE_INVALID",
    "spec.channels[0].members[0]",
  ],
  [
    "a policy that is none",
    networks,
    create({ channels: [{ name: "main", members: ["Org1"], policies: { endorsement: "everybody" } }] }),
    422,
    "NETWORK_FILE_INVALID",
  ],
  ["private data", networks, create(chaincode({ collections: [{ name: "c" }] })), 422, "NETWORK_FEATURE_NOT_SUPPORTED"],
  ["chaincode in Go", networks, create(chaincode({ language: "go" })), 422, "NETWORK_FEATURE_NOT_SUPPORTED"],
  ["a runtime that is not here", networks, create({ runtime: "docker", ordering: {} }), 422, "RUNTIME_NOT_AVAILABLE"],
  [
    "too few consenters for BFT",
    networks,
    create({ ordering: { type: "bft", consenters: [{ name: "o0" }] }, channels: [{ name: "main", members: ["Org1"] }] }),
    422,
    "NETWORK_FILE_INVALID",
  ],
  ["a scenario that is not here", networks, create(chaincode({ source: { scenario: "nothing" } })), 422, "OPERATION_SCENARIO_UNKNOWN"],
  ["a folder that is no chaincode", networks, create(chaincode({ source: { path: "/proc" } })), 422, "OPERATION_SOURCE_UNUSABLE"],
  ["a folder that is relative", networks, create(chaincode({ source: { path: "../x" } })), 422, "OPERATION_SOURCE_UNUSABLE"],
  ["a network that is there already", networks, json({ spec: other({}, "trade") }), 409, "STORE_NETWORK_EXISTS"],
];

const unreadable: readonly Row[] = [
  ["half a JSON value", networks, '{"file": ', 400, "API_BODY_UNREADABLE"],
  ["two JSON values", networks, "{} {}", 400, "API_BODY_UNREADABLE"],
  ["a comment", networks, '{/* */"file":"x"}', 400, "API_BODY_UNREADABLE"],
  ["a number that is none", networks, '{"file":NaN}', 400, "API_BODY_UNREADABLE"],
  ["bytes that are not UTF-8", networks, Buffer.from([0x22, 0xff, 0x22]), 400, "API_BODY_UNREADABLE"],
  ["UTF-16", networks, Buffer.from('{"file":"x"}', "utf16le"), 400, "API_BODY_UNREADABLE"],
  ["a field that would reach the prototype", networks, '{"file":"x","__proto__":{"admin":true}}', 400, "API_BODY_UNREADABLE"],
  ["the same, deep inside", networks, '{"spec":{"spec":{"__proto__":{"admin":true}}}}', 400, "API_BODY_UNREADABLE"],
  ["brackets without end", networks, "[".repeat(200_000), 400, "API_BODY_UNREADABLE"],
  ["a body larger than the limit", networks, json({ file: "x".repeat(9 * 1024 * 1024) }), 413, "API_BODY_TOO_LARGE"],
];

const changes: readonly Row[] = [
  ["applying another network's file", trade, json({ spec: other() }), 422, "API_BODY_INVALID", "metadata.name"],
  ["applying to what is not there", `${networks}/other`, json({ spec: other() }), 404, "STORE_NETWORK_NOT_FOUND"],
  ["applying nothing", trade, undefined, 422, "API_BODY_INVALID"],
  [
    "another domain for an organisation of a running network",
    trade,
    json({ spec: other({ organizations: [{ name: "Org1", domain: "elsewhere.example.com" }] }, "trade") }),
    422,
    "OPERATION_CHANGE_NOT_SUPPORTED",
  ],
];

const deployments: readonly Row[] = [
  ["a chaincode without a source", chaincodes, json({ ...deploy, source: undefined }), 422, "API_BODY_INVALID", "source"],
  ["a chaincode with two sources", chaincodes, json({ ...deploy, source: { scenario: "a", path: "/b" } }), 422, "API_BODY_INVALID"],
  ["a chaincode with a bad name", chaincodes, json({ ...deploy, name: "a b" }), 422, "API_BODY_INVALID", "name"],
  ["a chaincode called as a system chaincode", chaincodes, json({ ...deploy, name: "_lifecycle" }), 422, "API_BODY_INVALID", "name"],
  ["a chaincode with a bad version", chaincodes, json({ ...deploy, version: "1/0" }), 422, "API_BODY_INVALID", "version"],
  ["a chaincode with a relative folder", chaincodes, json({ ...deploy, source: { path: "../x" } }), 422, "API_BODY_INVALID", "source.path"],
  ["a chaincode of sequence 0", chaincodes, json({ ...deploy, sequence: 0 }), 422, "API_BODY_INVALID", "sequence"],
  ["a chaincode of half a sequence", chaincodes, json({ ...deploy, sequence: 1.5 }), 422, "API_BODY_INVALID", "sequence"],
  [
    "a chaincode of a sequence without end",
    chaincodes,
    '{"name":"basic","channel":"main","source":{"scenario":"x"},"sequence":1e400}',
    422,
    "API_BODY_INVALID",
    "sequence",
  ],
  ["a chaincode in a language that is none", chaincodes, json({ ...deploy, language: "cobol" }), 422, "API_BODY_INVALID", "language"],
  [
    "a chaincode in a language that is not started",
    chaincodes,
    json({ ...deploy, language: "java" }),
    422,
    "OPERATION_LANGUAGE_NOT_SUPPORTED",
  ],
  ["a chaincode with a field unknown", chaincodes, json({ ...deploy, collections: [] }), 422, "API_BODY_INVALID", "collections"],
  ["a chaincode on no channel", chaincodes, json({ ...deploy, channel: "nothing" }), 404, "OPERATION_CHANNEL_UNKNOWN"],
  ["a chaincode of no scenario", chaincodes, json({ ...deploy, source: { scenario: "nothing" } }), 422, "OPERATION_SCENARIO_UNKNOWN"],
  ["a chaincode without a package.json", chaincodes, json({ ...deploy, source: { path: "/proc" } }), 422, "OPERATION_SOURCE_UNUSABLE"],
  [
    "a chaincode with a policy that is none",
    chaincodes,
    json({ ...deploy, endorsementPolicy: "OR('Org1MSP.peer'" }),
    422,
    "FABRIC_POLICY_INVALID",
  ],
  ["a chaincode on what is not there", `${networks}/nothing/chaincodes`, json(deploy), 404, "STORE_NETWORK_NOT_FOUND"],
];

const calls: readonly Row[] = [
  ["a call without a function", `${call}/submit`, "{}", 422, "API_BODY_INVALID", "function"],
  ["a call with numbers", `${call}/evaluate`, json({ function: "f", args: [1] }), 422, "API_BODY_INVALID", "args[0]"],
  ["a call with an object for a list", `${call}/evaluate`, json({ function: "f", args: { 0: "x" } }), 422, "API_BODY_INVALID", "args"],
  ["a call with 257 arguments", `${call}/submit`, json({ function: "f", args: Array(257).fill("x") }), 422, "API_BODY_INVALID", "args"],
  [
    "a call with an argument of five megabytes",
    `${call}/submit`,
    json({ function: "f", args: ["x".repeat(5 * 1024 * 1024)] }),
    422,
    "API_BODY_INVALID",
    "args[0]",
  ],
  ["a call of a function without a name", `${call}/submit`, json({ function: "" }), 422, "API_BODY_INVALID", "function"],
  ["a call of a function of 300 letters", `${call}/submit`, json({ function: "f".repeat(300) }), 422, "API_BODY_INVALID", "function"],
  [
    "a call whose transient data is no base64",
    `${call}/submit`,
    json({ function: "f", transient: { a: "?" } }),
    422,
    "API_BODY_INVALID",
    "transient.a",
  ],
  ["a call as a user with a slash", `${call}/submit`, json({ function: "f", user: "../Admin" }), 422, "API_BODY_INVALID", "user"],
  ["a call on a chaincode with a bad name", `${chaincodes}/a%20b/submit`, json({ function: "f" }), 400, "API_PARAMS_INVALID", "chaincode"],
  ["a call on a chaincode that is not there", `${call}/submit`, json({ function: "f" }), 404, "OPERATION_CHAINCODE_MISSING"],
  ["an export of no organisation", `${trade}/export`, json({ organization: "a/b" }), 422, "API_BODY_INVALID", "organization"],
  [
    "an export of an organisation that is not there",
    `${trade}/export`,
    json({ organization: "Org9" }),
    404,
    "OPERATION_ORGANIZATION_UNKNOWN",
  ],
  ["an export of a user who is not there", `${trade}/export`, json({ user: "nobody" }), 404, "OPERATION_USER_UNKNOWN"],
  ["proving what is not there", `${networks}/nothing/prove`, undefined, 404, "STORE_NETWORK_NOT_FOUND"],
  ["cancelling what is not there", `/api/v1/operations/${id}/cancel`, undefined, 404, "OPERATION_NOT_FOUND"],
  ["retrying what is not there", `/api/v1/operations/${id}/retry`, undefined, 404, "OPERATION_NOT_FOUND"],
];

const questions: readonly Row[] = [
  ["a name that is none", `${networks}/Trade_1`, undefined, 400, "API_PARAMS_INVALID", "name"],
  ["a name that leaves its folder", `${networks}/..%2f..%2fetc`, undefined, 400, "API_PARAMS_INVALID", "name"],
  ["a name with a byte of zero", `${networks}/trade%00`, undefined, 400, "API_PARAMS_INVALID", "name"],
  ["a name with an accent", `${networks}/tr%C3%A4de`, undefined, 400, "API_PARAMS_INVALID", "name"],
  ["a name that is a prototype", `${networks}/__proto__`, undefined, 400, "API_PARAMS_INVALID", "name"],
  ["a name of 200 letters", `${networks}/${"a".repeat(200)}`, undefined, 400, "API_PARAMS_INVALID", "name"],
  ["a path with a broken escape", `${networks}/%zz`, undefined, 400, "API_REQUEST_INVALID"],
  ["a path that is not UTF-8", `${networks}/%ff%fe`, undefined, 400, "API_REQUEST_INVALID"],
  ["a network that is not there", `${networks}/nothing`, undefined, 404, "STORE_NETWORK_NOT_FOUND"],
  ["nodes of what is not there", `${networks}/nothing/nodes`, undefined, 404, "STORE_NETWORK_NOT_FOUND"],
  ["a path that is not there", "/api/v1/nothing", undefined, 404, "API_ROUTE_NOT_FOUND"],
  ["another version", "/api/v2/networks", undefined, 404, "API_ROUTE_NOT_FOUND"],
  ["a query field that is unknown", "/api/v1/operations?netwrok=trade", undefined, 400, "API_QUERY_INVALID", "netwrok"],
  ["a query field that is a prototype", "/api/v1/operations?constructor=x", undefined, 400, "API_QUERY_INVALID", "constructor"],
  ["a query field twice", "/api/v1/operations?limit=1&limit=2", undefined, 400, "API_QUERY_INVALID", "limit"],
  ["a limit that is no number", "/api/v1/operations?limit=all", undefined, 400, "API_QUERY_INVALID", "limit"],
  ["a limit in another notation", "/api/v1/operations?limit=1.5", undefined, 400, "API_QUERY_INVALID", "limit"],
  ["a limit that is too large", "/api/v1/operations?limit=1001", undefined, 400, "API_QUERY_INVALID", "limit"],
  ["a state that is none", "/api/v1/operations?state=done", undefined, 400, "API_QUERY_INVALID", "state"],
  ["an operation id that is none", "/api/v1/operations/7", undefined, 400, "API_PARAMS_INVALID", "id"],
  ["an operation that is not there", `/api/v1/operations/${id}`, undefined, 404, "OPERATION_NOT_FOUND"],
  ["events after what is no id", "/api/v1/events?after=-1", undefined, 400, "API_QUERY_INVALID", "after"],
  ["events after more than there can be", "/api/v1/events?after=99999999999999999999", undefined, 400, "API_QUERY_INVALID", "after"],
  ["logs with a tail that is negative", `${trade}/logs?tail=-1`, undefined, 400, "API_QUERY_INVALID", "tail"],
  ["logs with a tail that is everything", `${trade}/logs?tail=1e99`, undefined, 400, "API_QUERY_INVALID", "tail"],
  ["logs that are followed perhaps", `${trade}/logs?follow=maybe`, undefined, 400, "API_QUERY_INVALID", "follow"],
  ["logs of a node with a bad name", `${trade}/logs?node=..%2fx`, undefined, 400, "API_QUERY_INVALID", "node"],
  ["an environment of no organisation", `${trade}/env?organization=a%2fb`, undefined, 400, "API_QUERY_INVALID", "organization"],
  [
    "an environment of an organisation that is not there",
    `${trade}/env?organization=Org9`,
    undefined,
    404,
    "OPERATION_ORGANIZATION_UNKNOWN",
  ],
];

const others: readonly BadRequest[] = [
  { what: "deleting what is not there", method: "DELETE", path: `${networks}/nothing`, status: 404, code: "STORE_NETWORK_NOT_FOUND" },
  { what: "deleting what has no name", method: "DELETE", path: `${networks}/%20`, status: 400, code: "API_PARAMS_INVALID" },
  { what: "a method that is not there", method: "PATCH", path: trade, status: 405, code: "API_METHOD_REFUSED" },
  { what: "deleting all networks", method: "DELETE", path: networks, status: 405, code: "API_METHOD_REFUSED" },
  ...[
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/yaml",
    "application/jsonp",
    "x",
  ].map((type): BadRequest => ({
    what: `a body of type ${type}`,
    method: "POST",
    path: networks,
    body: json({ file: yaml }),
    headers: { "content-type": type },
    status: 415,
    code: "API_MEDIA_TYPE_REFUSED",
  })),
  {
    what: "a body that is packed",
    method: "POST",
    path: networks,
    body: Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]),
    headers: { "content-encoding": "gzip" },
    status: 400,
    code: "API_BODY_UNREADABLE",
  },
  {
    what: "a Last-Event-ID that is no id",
    method: "GET",
    path: "/api/v1/events",
    headers: { "last-event-id": "one" },
    status: 400,
    code: "API_REQUEST_INVALID",
  },
  {
    what: "a Last-Event-ID below zero",
    method: "GET",
    path: "/api/v1/events",
    headers: { "last-event-id": "-1" },
    status: 400,
    code: "API_REQUEST_INVALID",
  },
];

function withMethod(method: Method, rows: readonly Row[]): BadRequest[] {
  return rows.map(([what, path, body, status, code, problem]) => ({
    what,
    method,
    path,
    ...(body === undefined ? {} : { body }),
    status,
    code,
    ...(problem === undefined ? {} : { problem }),
  }));
}

/** Requests on a server with one network, `trade`, of one organisation and without chaincode. */
export const badRequests: readonly BadRequest[] = [
  ...withMethod("POST", [...create422, ...unreadable, ...deployments, ...calls]),
  ...withMethod("PUT", changes),
  ...withMethod("GET", questions),
  ...others,
];
