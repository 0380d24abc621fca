import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { endpoints, isStream, type EndpointShape } from "@heddle/api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runSchemathesis, whyNoSchemathesis, type RunOptions } from "./support/schemathesis.ts";
import { CHAINCODE, CHANNEL, enter, NETWORK, startWorld, type World } from "./support/world.ts";

const reason = whyNoSchemathesis();
const TIMEOUT_MS = 300_000;

const named = Object.entries(endpoints) as [string, EndpointShape][];
/** A stream has no end that Schemathesis could wait for. */
const streams = named.filter(([, { response }]) => isStream(response)).map(([name]) => name);
/** It leaves out the document that it reads, which is read by that. */
const tried = named.map(([name]) => name).filter((name) => !streams.includes(name) && name !== "openapi");

/** The errors of a log, each once: what the server called a bug, and codes that the contract does not name. */
function errorsIn(log: string): string[] {
  const lines = log
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { level: number; msg: string; endpoint?: string; code?: string; err?: { stack: string } })
    .filter(({ level }) => level >= 50);
  return [...new Set(lines.map(({ msg, endpoint, code, err }) => [msg, endpoint, code, err?.stack].filter(Boolean).join(" ")))];
}

const checks = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
  "negative_data_rejection",
  "missing_required_header",
  "unsupported_method",
  "allow_header_conformance",
];

describe.skipIf(reason !== undefined)(`Schemathesis over a live server${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  let world: World;
  let scratch: string;
  beforeAll(async () => {
    scratch = await mkdtemp(path.join(tmpdir(), "heddle-schemathesis-"));
    world = await startWorld();
  }, TIMEOUT_MS);
  afterAll(async () => {
    await world?.stop();
    await rm(scratch, { recursive: true, force: true });
  }, TIMEOUT_MS);

  const token = (): Record<string, string> => ({ Authorization: `Bearer ${world.server.token}` });

  /** What was found, by Schemathesis or in the log; where operations were not tried, that too. */
  async function found(options: Pick<RunOptions, "headers"> & Partial<RunOptions>, operations: number): Promise<unknown[]> {
    const before = (await readFile(world.log, "utf8")).length;
    const { report, output } = await runSchemathesis({ url: world.server.url, checks, scratch, timeoutMs: TIMEOUT_MS, ...options });
    const { complete, operations: of, failures, errors } = report;
    const logged = errorsIn((await readFile(world.log, "utf8")).slice(before));
    // Each operation is given boundary values and random input.
    const all = complete && of.tested === operations && of.errored === 0 && report.test_cases.generated > operations * 5;
    const nothing = all && failures.length + errors.length + logged.length === 0;
    return nothing ? [] : [{ complete, of, errors, failures: failures.length }, report.test_cases, ...logged, output];
  }

  it("finds nothing where networks are not there", { timeout: TIMEOUT_MS }, async () => {
    const options = { headers: token(), exclude: streams, parameters: { name: "nothing-here" }, checks: [...checks, "ignored_auth"] };
    expect(await found(options, tried.length)).toEqual([]);
  });

  it("finds nothing on a network that works", { timeout: TIMEOUT_MS }, async () => {
    const parameters = { name: NETWORK, channel: CHANNEL, chaincode: CHAINCODE, organization: "Org1" };
    // They take the nodes away while the others are asked.
    const exclude = ["deleteNetwork", "resetChannel"];
    // What it makes wrong in one of these parameters is put right again before it is sent.
    const own = checks.filter((check) => check !== "negative_data_rejection");
    const options = { headers: token(), exclude: [...streams, ...exclude], parameters, checks: own };
    expect(await found(options, tried.length - exclude.length)).toEqual([]);
  });

  it("finds nothing in a browser's session", { timeout: TIMEOUT_MS }, async () => {
    await world.client.createAccount({ body: { name: "fuzzed", role: "owner" } });
    const include = ["getSession", "changePassword", "listAccounts", "createAccount", "listAudit", "login", "loginByLink", "getConsole"];
    // These two take the token for the only way in.
    const own = checks.filter((check) => check !== "missing_required_header" && check !== "negative_data_rejection");
    expect(await found({ headers: await enter(world, "fuzzed"), include, checks: own }, include.length)).toEqual([]);
  });
});
