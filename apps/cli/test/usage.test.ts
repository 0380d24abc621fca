import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { exitCodes } from "@heddle/cli";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "./support/process.ts";
import { errorCode, heddle, temporaryHome } from "./support/run.ts";

let home: ReturnType<typeof temporaryHome>;
beforeEach(() => {
  home = temporaryHome();
});
afterEach(() => {
  home.remove();
});

const bad: readonly (readonly [what: string, argv: readonly string[], code: string])[] = [
  ["unknown command", ["netwrok"], "CLI_USAGE"],
  ["unknown command of a group", ["network", "creat"], "CLI_USAGE"],
  ["unknown option", ["up", "--bogus"], "CLI_USAGE"],
  ["unknown output", ["network", "list", "--output", "xml"], "CLI_USAGE"],
  ["option without its value", ["network", "create", "-f"], "CLI_USAGE"],
  ["missing argument", ["network", "show"], "CLI_USAGE"],
  ["too many arguments", ["network", "delete", "a", "b"], "CLI_USAGE"],
  ["call without a function", ["chaincode", "submit", "a", "b"], "CLI_USAGE"],
  ["neither file nor preset", ["network", "create", "demo"], "CLI_USAGE"],
  ["both file and preset", ["network", "create", "demo", "-f", "x", "--preset", "solo"], "CLI_USAGE"],
  ["preset without a name", ["network", "create", "--preset", "solo"], "CLI_USAGE"],
  ["unknown preset", ["network", "create", "demo", "--preset", "duo"], "CLI_OPTION_INVALID"],
  ["unknown ordering", ["network", "create", "demo", "--preset", "solo", "--ordering", "kafka"], "CLI_OPTION_INVALID"],
  ["bad name of a network", ["network", "create", "De_mo", "--preset", "solo"], "NETWORK_FILE_INVALID"],
  ["bad scenario", ["network", "create", "demo", "--preset", "solo", "--scenario", "../x"], "NETWORK_FILE_INVALID"],
  ["file that is not there", ["network", "create", "-f", "/nowhere/x.yaml"], "CLI_FILE_UNREADABLE"],
  ["plan without a file", ["network", "plan"], "CLI_USAGE"],
  ["apply without a file", ["network", "apply"], "CLI_USAGE"],
  ["up with a bad preset", ["up", "--preset", "x"], "CLI_OPTION_INVALID"],
  ["up with a bad name", ["up", "--name", "a b"], "NETWORK_FILE_INVALID"],
  ["port that is none", ["serve", "--port", "70000"], "CLI_OPTION_INVALID"],
  ["address that others can reach", ["serve", "--host", "0.0.0.0"], "SERVER_ADDRESS_REFUSED"],
  ["tail that is no number", ["logs", "demo", "--tail", "-1"], "CLI_OPTION_INVALID"],
  ["limit of zero", ["operations", "list", "--limit", "0"], "CLI_OPTION_INVALID"],
  ["chaincode that is nowhere", ["chaincode", "deploy", "demo", "./No Such Folder"], "CLI_SOURCE_NOT_FOUND"],
  ["sequence that is none", ["chaincode", "deploy", "demo", "food-tracing", "--sequence", "one"], "CLI_OPTION_INVALID"],
  ["no command", ["--output=json", ""], "CLI_USAGE"],
  ["help of what is not there", ["help", "network", "creat"], "CLI_USAGE"],
  ["an option twice as long", ["network", "list", "--outputs", "json"], "CLI_USAGE"],
  ["an option that belongs to another command", ["network", "list", "--follow"], "CLI_USAGE"],
  ["a flag with a value", ["network", "delete", "demo", "--yes=no"], "CLI_USAGE"],
  ["a group with an argument", ["operations", "all"], "CLI_USAGE"],
  ["name with an accent", ["network", "create", "ötter", "--preset", "solo"], "NETWORK_FILE_INVALID"],
  ["name that only looks Latin", ["network", "create", "dem\u043e", "--preset", "solo"], "NETWORK_FILE_INVALID"],
  ["name that leaves its folder", ["network", "create", "../demo", "--preset", "solo"], "NETWORK_FILE_INVALID"],
  ["name that is empty", ["network", "create", "", "--preset", "solo"], "NETWORK_FILE_INVALID"],
  ["name of 41 letters", ["network", "create", "a".repeat(41), "--preset", "solo"], "NETWORK_FILE_INVALID"],
  ["preset that is a prototype", ["network", "create", "demo", "--preset", "constructor"], "CLI_OPTION_INVALID"],
  ["preset that is empty", ["up", "--preset", ""], "CLI_OPTION_INVALID"],
  ["ordering of up", ["up", "--ordering", "solo"], "CLI_OPTION_INVALID"],
  ["port of up", ["up", "--port", "-1"], "CLI_OPTION_INVALID"],
  ["port in another notation", ["serve", "--port", "0x1d24"], "CLI_OPTION_INVALID"],
  ["port that is half", ["serve", "--port", "74.60"], "CLI_OPTION_INVALID"],
  ["a day that is none", ["certificate", "rehearse", "demo", "soon"], "CLI_OPTION_INVALID"],
  ["both all and some days", ["certificate", "renew", "demo", "--all", "--within", "3"], "CLI_USAGE"],
  ["days that are none", ["certificate", "renew", "demo", "--within", "many"], "CLI_OPTION_INVALID"],
  ["certificate without its key", ["serve", "--tls-cert", "cert.pem"], "CLI_USAGE"],
  ["file that is a folder", ["network", "plan", "-f", "/"], "CLI_FILE_UNREADABLE"],
  ["file with a byte of zero in its name", ["network", "plan", "-f", "net\u0000.yaml"], "CLI_FILE_UNREADABLE"],
  ["file that is a program", ["network", "create", "-f", process.execPath], "NETWORK_FILE_TOO_LARGE"],
  ["tail without end", ["logs", "demo", "--tail", "99999999999"], "CLI_OPTION_INVALID"],
  ["limit that is no number", ["operations", "list", "--limit", "all"], "CLI_OPTION_INVALID"],
  ["chaincode that is a file", ["chaincode", "deploy", "demo", "/etc/passwd"], "CLI_SOURCE_NOT_FOUND"],
  ["chaincode that leaves the scenarios", ["chaincode", "deploy", "demo", "../nothing-here"], "CLI_SOURCE_NOT_FOUND"],
  ["sequence of zero", ["chaincode", "deploy", "demo", "food-tracing", "--sequence", "0"], "CLI_OPTION_INVALID"],
  ["argument that looks like an option", ["chaincode", "submit", "demo", "cc", "fn", "-x"], "CLI_USAGE"],
  ["transient data that begins with its sign", ["chaincode", "submit", "demo", "cc", "fn", "--transient", "=x"], "CLI_OPTION_INVALID"],
  ["transient data without a key", ["chaincode", "submit", "demo", "cc", "fn", "--transient", "secret"], "CLI_OPTION_INVALID"],
];

describe("bad command lines", () => {
  it.each(bad)("%s", async (_what, argv, code) => {
    const ran = await heddle("--output", "json", ...argv);
    expect({ exit: ran.code, error: errorCode(ran), stdout: ran.stdout }).toEqual({ exit: exitCodes.usage, error: code, stdout: "" });
    // Nothing was started and nothing written.
    expect(readdirSync(home.folder)).toEqual([]);
  });

  const files: readonly (readonly [what: string, text: string, code: string])[] = [
    ["an empty file", "", "NETWORK_FILE_INVALID"],
    ["a file of another kind", "kind: Deployment\n", "NETWORK_FILE_INVALID"],
    ["a file that is no YAML", "kind: [", "NETWORK_FILE_UNREADABLE"],
    ["a key twice", "kind: Network\nkind: Network\n", "NETWORK_FILE_UNREADABLE"],
    ["an alias of nothing", "kind: *network\n", "NETWORK_FILE_UNREADABLE"],
    ["nesting without end", `a: ${"[".repeat(50_000)}`, "NETWORK_FILE_UNREADABLE"],
    ["a prototype", "__proto__: {kind: Network}\n", "NETWORK_FILE_INVALID"],
    ["too much of it", "#".repeat(1024 * 1024), "NETWORK_FILE_TOO_LARGE"],
  ];
  it.each(files.flatMap((row) => ["create", "plan", "apply"].map((command) => [command, ...row] as const)))(
    "network %s -f FILE: %s",
    async (command, _what, text, code) => {
      const folder = temporaryFolder();
      const file = path.join(folder.folder, "net.yaml");
      writeFileSync(file, text);
      const ran = await heddle("network", command, "-f", file, "--output", "json");
      folder.remove();
      expect({ exit: ran.code, error: errorCode(ran), stdout: ran.stdout }).toEqual({ exit: exitCodes.usage, error: code, stdout: "" });
      expect(readdirSync(home.folder)).toEqual([]);
    },
  );

  it("shows a network file's problems with their lines, for people", async () => {
    const file = path.join(home.folder, "net.yaml");
    writeFileSync(file, "apiVersion: heddle.dev/v1\nkind: Network\nmetadata: {name: demo}\nspec:\n  organisations: []\n");
    const ran = await heddle("network", "create", "-f", file);
    expect(ran.code).toBe(exitCodes.usage);
    expect(ran.stderr).toMatch(
      /^error NETWORK_FILE_INVALID: .*\n(.*\n)*  spec\.organisations \(line \d\) .*organizations\?\n(.*\n)*next: .+\n$/,
    );
  });

  it("names the command that was meant", async () => {
    expect((await heddle("netwrok")).stderr).toContain("network");
  });
});

describe("help", () => {
  it.each([[["--help"]], [["network", "--help"]], [["chaincode", "submit", "--help"]]])("%j", async (argv) => {
    const ran = await heddle(...argv);
    expect(ran).toMatchObject({ code: exitCodes.ok, stderr: "" });
    expect(ran.stdout).toContain("--output");
  });

  it("documents every exit code", async () => {
    const { stdout } = await heddle("--help");
    for (const code of Object.values(exitCodes)) expect(stdout).toMatch(new RegExp(`^ +${code} +\\w`, "m"));
  });

  it("answers a group without a command with its help", async () => {
    const ran = await heddle("operations");
    expect(ran.code).toBe(exitCodes.usage);
    expect(ran.stderr).toContain("watch");
  });
});

describe("printing a network file", () => {
  it("writes a file that can be read again", async () => {
    const printed = await heddle("network", "create", "demo", "--preset", "trade", "--ordering", "bft", "--print");
    expect(printed.code).toBe(exitCodes.ok);
    const file = path.join(home.folder, "net.yaml");
    writeFileSync(file, printed.stdout);
    expect((await heddle("network", "create", "-f", file, "--print")).stdout).toBe(printed.stdout);
    expect((await heddle("network", "create", "other", "-f", file, "--print")).stdout).toBe(
      printed.stdout.replace("name: demo", "name: other"),
    );
  });
});
