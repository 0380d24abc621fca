// ./heddle, with programs of our own in place of an old Node.js and of npm: nothing is downloaded.
import { execFile } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const nodePackage = `node-${process.platform}-${process.arch}`;

let work: string;
let checkout: string;
let bin: string;

beforeEach(() => {
  work = mkdtempSync(path.join(tmpdir(), "heddle wrapper-"));
  checkout = path.join(work, "my checkout");
  bin = path.join(work, "bin");
  for (const folder of [checkout, bin]) mkdirSync(folder);
  copyFileSync(path.join(root, "heddle"), path.join(checkout, "heddle"));
  writeFileSync(path.join(checkout, "package-lock.json"), "{}");
  symlinkSync(path.join(root, "apps"), path.join(checkout, "apps"));
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

function program(name: string, text: string): void {
  writeFileSync(path.join(bin, name), `#!/bin/sh\n${text}\n`);
  chmodSync(path.join(bin, name), 0o755);
}

/** Node.js as on the machine: this one, or one that says it is too old. */
function machineHasNode(which: "new" | "old"): void {
  if (which === "new") symlinkSync(process.execPath, path.join(bin, "node"));
  else program("node", "exit 1");
}

/** npm: notes how it was called and by which Node.js it would be run, then does `then`. */
function machineHasNpm(then: string): void {
  program("npm", `echo "$1 $(node --version 2>&1)" >>"${work}/npm.log"\n${then}`);
}
const npmCalls = (): string[] => readFileSync(path.join(work, "npm.log"), "utf8").trim().split("\n");
const packagesAreInstalled = (): void => {
  mkdirSync(path.join(checkout, "node_modules"));
  copyFileSync(path.join(checkout, "package-lock.json"), path.join(checkout, "node_modules", ".heddle-lock"));
};
const makePackages = `mkdir -p "$PWD/node_modules"`;

function run(file: string, ...argv: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(file, argv, { cwd: work, env: { PATH: `${bin}:/usr/bin:/bin`, HOME: work } }, (error, stdout, stderr) => {
      const code = typeof error?.code === "number" ? error.code : error === null ? 0 : -1;
      resolve({ code, stdout, stderr });
    });
  });
}
const heddle = (...argv: readonly string[]) => run(path.join(checkout, "heddle"), ...argv);

describe("./heddle", () => {
  it("runs the command from a path with spaces, and tells people to type what they typed", async () => {
    machineHasNode("new");
    packagesAreInstalled();
    expect(await heddle("--version")).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string, stderr: "" });
    expect((await heddle("network", "creat")).stderr).toContain(`next: See: '${path.join(checkout, "heddle")}' network --help`);
  });

  it("is found through a link on the PATH, and then is called heddle", async () => {
    machineHasNode("new");
    packagesAreInstalled();
    symlinkSync(path.join(checkout, "heddle"), path.join(bin, "heddle"));
    expect((await run(path.join(bin, "heddle"), "network", "creat")).stderr).toContain("next: See: heddle network --help");
  });

  it("installs the packages when the lockfile has changed, and only then", async () => {
    machineHasNode("new");
    machineHasNpm(makePackages);
    expect((await heddle("--version")).stderr).toContain("installing packages");
    expect((await heddle("--version")).stderr).toBe("");
    writeFileSync(path.join(checkout, "package-lock.json"), '{"changed": true}');
    expect((await heddle("--version")).stderr).toContain("installing packages");
    expect(npmCalls()).toEqual([`ci ${process.version}`, `ci ${process.version}`]);
  });

  it("puts a Node.js of its own first before npm runs, where the machine's is too old", async () => {
    machineHasNode("old");
    const tools = path.join(checkout, ".tools/node_modules", nodePackage, "bin");
    machineHasNpm(
      `if [ "$1" = install ]; then mkdir -p "${tools}" && ln -s "${process.execPath}" "${tools}/node"; else ${makePackages}; fi`,
    );
    const ran = await heddle("--version");
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining(`in ${path.join(checkout, ".tools")} (once)`) as string });
    expect(npmCalls()).toEqual(["install ", `ci ${process.version}`]);
    expect((await heddle("--version")).stderr).toBe("");
  });

  it("installs once for two commands at the same time", async () => {
    machineHasNode("new");
    machineHasNpm(`sleep 0.3; ${makePackages}`);
    const ran = await Promise.all([heddle("--version"), heddle("--version")]);
    expect(ran.map(({ code }) => code)).toEqual([0, 0]);
    // Systems without flock may do it twice, which is slower and does no harm to npm's cache.
    const locks = ["/usr/bin/flock", "/bin/flock"].some((file) => existsSync(file));
    expect(npmCalls().length).toBeLessThanOrEqual(locks ? 1 : 2);
  });

  it.each<readonly [what: string, prepare: () => void, happened: RegExp, next: RegExp]>([
    [
      "npm fails",
      () => (machineHasNode("new"), machineHasNpm("echo no network >&2; exit 7")),
      /could not be installed/,
      /npm's message above/,
    ],
    [
      "npm cannot install Node.js",
      () => (machineHasNode("old"), machineHasNpm("exit 7")),
      /Node\.js could not be/,
      /24\.12 or newer yourself/,
    ],
    ["there is no npm", () => (machineHasNode("old"), hideSystemNpm()), /neither Node\.js 24\.12 nor npm/, /nodejs\.org/],
  ])("says what to do where %s", async (_what, prepare, happened, next) => {
    prepare();
    const { code, stdout, stderr } = await heddle("up");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(happened);
    expect(stderr).toMatch(new RegExp(`\nheddle: next: .*${next.source}`));
    // Nothing is taken for installed.
    expect(existsSync(path.join(checkout, "node_modules", ".heddle-lock"))).toBe(false);
  });
});

/** A PATH with what the wrapper uses and nothing else. */
function hideSystemNpm(): void {
  for (const name of ["sh", "dirname", "readlink", "uname", "cmp", "cp", "mkdir"]) {
    const found = ["/usr/bin", "/bin"].map((folder) => path.join(folder, name)).find((file) => existsSync(file));
    if (found !== undefined) symlinkSync(found, path.join(bin, name));
  }
  // The shell that runs the wrapper is asked for by its full path; everything else comes from here.
  const text = readFileSync(path.join(checkout, "heddle"), "utf8");
  writeFileSync(path.join(checkout, "heddle"), text.replace("set -eu", `set -eu\nPATH=${JSON.stringify(bin)}`));
}
