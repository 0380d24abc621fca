// The whole way of somebody who meets the command for the first time, as processes
// of their own on one home: every command, as text and as JSON.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { exitCodes } from "@heddle/cli";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gatedChaincode } from "./support/gated-chaincode.ts";
import { runHeddle, startHeddle, startProgram, heddleCommand, temporaryFolder, type Place } from "./support/process.ts";
import { errorCode, succeeded, type Ran } from "./support/run.ts";

const work = temporaryFolder();
const place: Place = { home: path.join(work.folder, "home"), folder: work.folder };
const heddle = (...argv: readonly string[]): Promise<Ran> => runHeddle(argv, place);
/** What a command prints as JSON; nothing may go to standard error. */
const json = async (...argv: readonly string[]): Promise<unknown> => {
  const { code, stdout, stderr } = await heddle(...argv, "--output", "json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as unknown;
};
const transaction = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
const proof = { channels: [expect.objectContaining({ channel: "main", transactionId: transaction, peers: expect.any(Array) as unknown })] };
// oxlint-disable-next-line no-control-regex -- what a terminal would act on
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;

/** The id of an operation, once it has begun. */
async function runningOperation(summary: string): Promise<string> {
  for (;;) {
    const { operations } = (await json("operations", "list")) as { operations: { id: string; summary: string; state: string }[] };
    const found = operations.find((operation) => operation.summary === summary && operation.state === "running");
    if (found !== undefined) return found.id;
  }
}

let up: Ran;
beforeAll(async () => {
  up = await heddle("up");
}, 120_000);
afterAll(async () => {
  await heddle("network", "delete", "sample", "--yes");
  await heddle("network", "delete", "other", "--yes");
  await heddle("down");
  work.remove();
}, 60_000);

describe("up", () => {
  it("starts a server, makes a network, proves it, commits the first lot and says what comes next", () => {
    succeeded(up);
    expect(up.stdout).toMatch(/^ready: network sample \(Org1, Org2\) in \d+\.\d+ s$/m);
    expect(up.stdout).toMatch(
      /^proof: transaction [0-9a-f]{64}\n +in block \d+ of channel main, committed on peer0\.org1\S+, peer0\.org2\S+$/m,
    );
    expect(up.stdout).toMatch(/^phases: .*\bnodes \d+\.\d+ s.*\bproof \d+\.\d+ s$/m);
    expect(up.stdout).toMatch(/^first lot +transaction [0-9a-f]{64} VALID in block \d+$/m);
    expect(up.stdout).toContain('eval "$(heddle env sample)"');
  });

  it("tells how it goes on standard error, a line for each step with its seconds, with nothing that only a terminal understands", () => {
    expect(up.stderr).toMatch(/^server started in the background on http:\/\/127\.0\.0\.1:\d+ /);
    const steps = up.stderr.split("\n").filter((line) => line.startsWith("  ✓ "));
    expect(steps.length).toBeGreaterThan(10);
    for (const step of steps) expect(step).toMatch(/ \d+\.\d\d s$/);
    expect(up.stderr).not.toMatch(CONTROL);
    expect(up.stdout).not.toMatch(CONTROL);
  });

  it("proves again what is there, and makes no second lot", async () => {
    const again = await json("up");
    expect(again).toMatchObject({ network: { name: "sample", state: "ready" }, proof });
    expect(again).not.toHaveProperty("transaction");
  });

  it("says that a server which runs stays where it is", async () => {
    const { stderr, code } = await heddle("up", "--port", "1");
    expect(code).toBe(0);
    expect(stderr).toMatch(/^the server runs already, on http:\/\/127\.0\.0\.1:\d+; stop it with heddle down/);
  });

  it("tells people to type what works where the command was typed by its path", async () => {
    const { stdout } = await runHeddle(["up"], { ...place, environment: { HEDDLE_COMMAND: "./heddle" } });
    expect(stdout).toContain('eval "$(./heddle env sample)"');
    expect(stdout).not.toMatch(/(?<!\.\/)heddle network/);
  });
});

describe("looking", () => {
  it.each<readonly [argv: readonly string[], text: RegExp, value: unknown]>([
    [["network", "list"], /^NAME +STATE .*\nsample +ready +embedded +Org1,Org2 +main +3 /, { networks: [{ name: "sample", nodes: 3 }] }],
    [
      ["network", "show", "sample"],
      /^name +sample\nstate +ready\n[^]*^peer0\.org2\.example\.com +peer +Org2MSP +running /m,
      { network: { proof } },
    ],
    [
      ["chaincode", "list", "sample"],
      /^food-tracing +main +1\.0 +1 .* food-tracing_1\.0:[0-9a-f]{64}$/m,
      { chaincodes: [{ sequence: 1 }] },
    ],
    [
      ["operations", "list"],
      /^[0-9a-f]{8} +sample +succeeded +\d+\.\d\d s +Create network sample /m,
      { operations: expect.any(Array) as unknown },
    ],
    [["doctor"], /^ok {3}network sample: ready, 4 nodes and chaincodes running$/m, { findings: expect.any(Array) as unknown }],
    [["doctor", "sample"], /^proof: transaction [0-9a-f]{64}$/m, { operation: { state: "succeeded", result: proof } }],
    [["operations", "watch"], /: succeeded in \d+\.\d\d s$/m, { operation: { state: "succeeded" } }],
  ])("%j", async (argv, text, value) => {
    const shown = await heddle(...argv);
    succeeded(shown);
    expect(shown.stdout).toMatch(text);
    expect(await json(...argv)).toMatchObject(value as object);
  });

  it("prints a network's file so that it plans no change", async () => {
    const file = path.join(work.folder, "sample.yaml");
    writeFileSync(file, (await heddle("network", "show", "sample", "--file")).stdout);
    expect((await heddle("network", "plan", "-f", file)).stdout).toBe("sample is as its file says\n");
    expect(await json("network", "plan", "-f", file)).toEqual({ network: "sample", empty: true, changes: [] });
  });

  it.each([
    [["network", "show", "nope"], "STORE_NETWORK_NOT_FOUND"],
    [["chaincode", "list", "nope"], "STORE_NETWORK_NOT_FOUND"],
    [["chaincode", "evaluate", "sample", "nope", "f"], "OPERATION_CHAINCODE_MISSING"],
    [["env", "sample", "--org", "Org9"], "OPERATION_ORGANIZATION_UNKNOWN"],
    [["network", "export", "sample", "--user", "nobody"], "OPERATION_USER_UNKNOWN"],
    [["operations", "watch", "ffffffff"], "CLI_OPERATION_UNKNOWN"],
    [["operations", "watch", "00000000-0000-4000-8000-000000000000"], "OPERATION_NOT_FOUND"],
    [["logs", "nope"], "STORE_NETWORK_NOT_FOUND"],
    [["logs", "sample", "nope"], "RUNTIME_NODE_UNKNOWN"],
  ])("tells what is not there: %j", async (argv, code) => {
    const ran = await heddle(...argv, "--output", "json");
    expect([ran.code, errorCode(ran), ran.stdout]).toEqual([exitCodes.notFound, code, ""]);
  });
});

describe("chaincode", () => {
  it("is called, as whom one wants", async () => {
    const submitted = await heddle(
      "chaincode",
      "submit",
      "sample",
      "food-tracing",
      "createLot",
      "LOT-7",
      "Milk",
      "Graz",
      "500",
      "--org",
      "Org2",
    );
    expect(submitted).toMatchObject({ code: 0, stdout: expect.stringContaining('"producer":"Org2MSP"') as string });
    expect(submitted.stderr).toMatch(/^transaction [0-9a-f]{64} VALID in block \d+ {2}\d\.\d\d s\n$/);
    const read = ["chaincode", "evaluate", "sample", "food-tracing", "readLot", "LOT-7"];
    expect(JSON.parse((await heddle(...read)).stdout)).toMatchObject({ id: "LOT-7", kilograms: 500 });
    expect(await json(...read)).toMatchObject({ text: expect.stringContaining('"id":"LOT-7"') as string });
    expect(await json("chaincode", "submit", "sample", "food-tracing", "recordTemperature", "LOT-7", "4", "--org", "Org2")).toMatchObject({
      transactionId: transaction,
      code: "VALID",
    });
  });

  it("tells its own refusal", async () => {
    const refused = await heddle("chaincode", "submit", "sample", "food-tracing", "handOver", "LOT-7", "Org2MSP", "--org", "Org1");
    expect(refused.code).toBe(exitCodes.failed);
    expect(refused.stderr).toContain("NOT_ALLOWED: lot LOT-7 is held by Org2MSP, not by Org1MSP");
  });

  it("is deployed from a folder, again as a new version, and is mended and retried where it failed", async () => {
    const { folder, open } = gatedChaincode(work.folder, "mended");
    writeFileSync(path.join(folder, "broken"), "");
    const failed = await heddle("chaincode", "deploy", "sample", "./mended", "--output", "json");
    expect([failed.code, errorCode(failed)]).toEqual([exitCodes.failed, "RUNTIME_CHAINCODE_FAILED"]);
    const { operations } = (await json("operations", "list", "--limit", "1")) as { operations: { id: string; state: string }[] };
    expect(operations[0]?.state).toBe("failed");

    rmSync(path.join(folder, "broken"));
    open();
    const retried = await heddle("operations", "retry", operations[0]?.id.slice(0, 8) ?? "");
    succeeded(retried);
    expect(retried.stdout).toMatch(/^Deploy chaincode mended on main: succeeded in /);
    // What went wrong before is not told again.
    expect(retried.stderr).not.toContain("✗");
    expect((await heddle("chaincode", "evaluate", "sample", "mended", "say", "hello")).stdout).toBe("hello\n");

    expect((await heddle("chaincode", "deploy", "sample", "./mended")).code).toBe(0);
    expect(await json("chaincode", "list", "sample")).toMatchObject({
      chaincodes: expect.arrayContaining([expect.objectContaining({ name: "mended", sequence: 2, version: "2.0" })]) as unknown,
    });

    // The network's file goes on saying what the network is.
    const file = path.join(work.folder, "mended.yaml");
    writeFileSync(file, (await heddle("network", "show", "sample", "--file")).stdout);
    expect(readFileSync(file, "utf8")).toMatch(/- name: mended\n +channel: main\n +version: "2\.0"\n +source:\n +path: /);
    expect((await heddle("network", "plan", "-f", file)).stdout).toBe("sample is as its file says\n");
  });
});

describe("Ctrl-C", () => {
  it("leaves the operation running, says so, and it can be followed to its end", async () => {
    const { open } = gatedChaincode(work.folder, "slow");
    const deploying = startHeddle(["chaincode", "deploy", "sample", "./slow"], place);
    await deploying.wrote(/✓ Install slow/);
    deploying.child.kill("SIGINT");
    const { code, stdout, stderr } = await deploying.ended;
    expect({ code, stdout }).toEqual({ code: exitCodes.interrupted, stdout: "" });
    const [, id = ""] =
      /^error CLI_OPERATION_GOES_ON: .*Deploy chaincode slow on main\nnext: .*heddle operations watch ([0-9a-f]{8})/m.exec(stderr) ?? [];
    expect(await json("operations", "list", "--limit", "1")).toMatchObject({
      operations: [{ id: expect.stringMatching(new RegExp(`^${id}-`)) as string, state: "running" }],
    });
    const following = startHeddle(["operations", "watch", id], place);
    await following.wrote(/✓ Install slow/);
    open();
    expect(await following.ended).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Deploy chaincode slow on main: succeeded/) as string,
    });
  });

  it("is told as JSON where that was asked for", async () => {
    gatedChaincode(work.folder, "endless");
    const deploying = startHeddle(["chaincode", "deploy", "sample", "./endless", "--output", "json"], place);
    const id = await runningOperation("Deploy chaincode endless on main");
    const other = startHeddle(["operations", "watch", id], place);
    await other.wrote(/✓ Install endless/);
    deploying.child.kill("SIGINT");
    const interrupted = await deploying.ended;
    expect([interrupted.code, errorCode(interrupted)]).toEqual([exitCodes.interrupted, "CLI_OPERATION_GOES_ON"]);

    const cancelled = await heddle("operations", "cancel", id);
    expect(cancelled).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Deploy chaincode endless on main: cancelled/) as string });
    expect(await other.ended).toMatchObject({
      code: exitCodes.failed,
      stderr: expect.stringContaining("CLI_OPERATION_CANCELLED") as string,
    });
  });

  it("ends a log that is followed, which is no error", async () => {
    const following = startHeddle(["logs", "sample", "--follow", "--tail", "1"], place);
    await following.wrote(/\n/);
    following.child.kill("SIGINT");
    expect(await following.ended).toMatchObject({ code: exitCodes.interrupted, stderr: "" });
  });
});

describe("logs", () => {
  it("tell the last lines, of all nodes or of one", async () => {
    const all = await heddle("logs", "sample", "--tail", "3");
    expect(all.stdout.trimEnd().split("\n")).toHaveLength(3);
    const one = await heddle("logs", "sample", "peer0.org1.example.com", "--tail", "2", "--output", "json");
    const lines = one.stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ node: "peer0.org1.example.com", line: expect.any(String) as string });
  });

  it("may be read only in part", async () => {
    // The reader is gone before the first line is written.
    const script = '{ "$@"; echo "ended with $?" >&2; } | true';
    const { stderr } = await startProgram(["/bin/sh", "-c", script, "sh", ...heddleCommand, "logs", "sample", "--follow"], place).ended;
    expect(stderr).toBe("ended with 0\n");
  });
});

describe("reaching the network", () => {
  it("env is what a shell takes, with files only their owner reads", async () => {
    const { stdout } = await heddle("env", "sample", "--org", "Org2");
    const script = `${stdout}\nprintf '%s\\n' "$CORE_PEER_LOCALMSPID" "$CORE_PEER_MSPCONFIGPATH" "$CORE_PEER_TLS_ROOTCERT_FILE" "$ORDERER_CA"`;
    const [mspId = "", msp = "", ...roots] = execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" }).trim().split("\n");
    expect(mspId).toBe("Org2MSP");
    for (const root of roots) expect(readFileSync(root, "utf8")).toContain("BEGIN CERTIFICATE");
    const [key = ""] = readdirSync(path.join(msp, "keystore"));
    expect(statSync(path.join(msp, "keystore", key)).mode & 0o077).toBe(0);
    expect(await json("env", "sample")).toMatchObject({ variables: { CORE_PEER_LOCALMSPID: "Org1MSP" } });
  });

  it("export writes what an application needs, and never over code that somebody may have changed", async () => {
    const folder = path.join(work.folder, "my-app");
    const { files } = (await json("network", "export", "sample", "-o", folder)) as { files: string[] };
    for (const file of files) expect(existsSync(file)).toBe(true);
    const keys = files.filter((file) => readFileSync(file, "utf8").includes("PRIVATE KEY"));
    expect(keys).toHaveLength(1);
    for (const key of keys) expect(statSync(key).mode & 0o077).toBe(0);

    const code = files.find((file) => /\.m?[jt]s$/.test(file)) ?? "";
    writeFileSync(code, "// mine\n");
    const again = await heddle("network", "export", "sample", "-o", folder);
    expect(again.stderr).toContain(`${code} is there already and stays as it is`);
    expect(readFileSync(code, "utf8")).toBe("// mine\n");
  });
});

describe("network apply", () => {
  const file = path.join(work.folder, "other.yaml");

  it("asks before it changes anything, then creates what is not there", async () => {
    writeFileSync(file, (await heddle("network", "create", "other", "--preset", "solo", "--scenario", "none", "--print")).stdout);
    const asked = await heddle("network", "apply", "-f", file, "--output", "json");
    expect([asked.code, errorCode(asked)]).toEqual([exitCodes.usage, "CLI_CONFIRMATION_NEEDED"]);
    expect(await json("network", "list")).toMatchObject({ networks: [{ name: "sample" }] });
    const applied = await heddle("network", "apply", "-f", file, "--yes");
    succeeded(applied);
    expect(applied.stderr).toMatch(/^\+ create network other /);
    expect(applied.stdout).toMatch(/^Create network other: succeeded in /);
    expect(await json("network", "apply", "-f", file, "--yes")).toMatchObject({ plan: { empty: true } });
  });

  it("refuses what a running network cannot become, and changes nothing", async () => {
    const before = await json("network", "show", "other");
    writeFileSync(file, readFileSync(file, "utf8").replace("storage: kept", "storage: memory"));
    const planned = await heddle("network", "plan", "-f", file);
    expect(planned.stdout).toMatch(/^~ change storage.*not possible on a running network\n1 change, 1 of them not possible\n$/);
    const refused = await heddle("network", "apply", "-f", file, "--yes", "--output", "json");
    expect([refused.code, errorCode(refused)]).toEqual([exitCodes.usage, "CLI_CHANGE_NOT_SUPPORTED"]);
    expect(stable(await json("network", "show", "other"))).toEqual(stable(before));
  });
});

/** Without what its processes use and since when, which is measured anew each time. */
function stable(shown: unknown): unknown {
  return JSON.parse(
    JSON.stringify(shown, (key, value: unknown) => (["memoryBytes", "cpuSeconds", "since"].includes(key) ? undefined : value)),
  );
}

describe("the end", () => {
  it("deletes a network and gives a receipt of everything it was", async () => {
    const shown = (await json("network", "show", "sample")) as { nodes: { pid: number }[] };
    const pids = [...new Set(shown.nodes.map(({ pid }) => pid))];
    const { code, stdout } = await heddle("network", "delete", "sample", "--yes");
    expect(code).toBe(0);
    for (const pid of pids) expect(stdout).toMatch(new RegExp(`^process +${pid} `, "m"));
    expect(stdout).toMatch(/^directory +\/.*\/networks\/sample /m);
    expect(stdout).toMatch(/^removed \d+ processes, 1 directory, \d+ ports, \d+ keys, \d+ rows; nothing is left$/m);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    expect(existsSync(path.join(place.home, "networks", "sample"))).toBe(false);
    expect(await heddle("network", "delete", "sample", "--yes")).toMatchObject({ code: exitCodes.notFound });
    expect((await json("network", "delete", "other", "--yes")) as object).toMatchObject({ operation: { result: { left: 0 } } });
    expect((await heddle("network", "list")).stdout).toBe("no networks; create one with: heddle up\n");
    expect(readdirSync(path.join(place.home, "networks"))).toEqual([]);
  });

  it("stops the server once", async () => {
    expect((await heddle("down")).stdout).toMatch(/^server stopped \(process \d+\)\n$/);
    expect((await heddle("down")).stdout).toBe("no server is running\n");
    expect((await heddle("doctor")).stdout).toMatch(/^ok {3}server: not running/m);
    expect(existsSync(path.join(place.home, "server.json"))).toBe(false);
  });
});
