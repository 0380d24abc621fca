// Which programs a native network gets, by the version that its file asks for.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { installToolchain, NativeRuntime, selectToolchain } from "../../src/index.ts";
import { ToolchainCache } from "../../src/toolchain/cache.ts";
import { toolsFor } from "../../src/toolchain/find.ts";
import { listedDigest } from "../../src/toolchain/digest.ts";
import { compareVersions } from "../../src/toolchain/release.ts";
import { platform, program, ReleaseServer } from "./releases.ts";

const server = new ReleaseServer();
let home: string;

beforeAll(() => server.listen());
afterAll(() => server.close());
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "heddle-tools-"));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

async function install(version: string): Promise<string> {
  await server.publish(version);
  await installToolchain({ home, version, source: server.source });
  return path.join(new ToolchainCache(home).bin(version, platform), "peer");
}

/** A folder with programs of a version, as somebody else put it there. */
function folderOf(version: string): string {
  const folder = path.join(home, `fabric-${version}`);
  mkdirSync(folder);
  for (const name of ["peer", "orderer"]) {
    const { content = "" } = program(name, version);
    writeFileSync(path.join(folder, name), content, { mode: 0o755 });
  }
  return folder;
}

it("takes the newest installed version that fits, or the selected one", async () => {
  const [old, newer, lts] = [await install("3.1.0"), await install("3.1.1"), await install("2.5.12")];
  expect((await toolsFor(home, "3.1", { PATH: "" })).peer).toBe(newer);
  expect((await toolsFor(home, "2.5", { PATH: "" })).peer).toBe(lts);
  await selectToolchain(home, "3.1.0");
  expect((await toolsFor(home, "3.1", { PATH: "" })).peer).toBe(old);
  expect((await toolsFor(home, "2.5", { PATH: "" })).peer).toBe(lts);
});

it("takes HEDDLE_FABRIC_BIN before what is installed, and that before PATH", async () => {
  const installed = await install("3.1.1");
  const [given, onPath] = [folderOf("3.1.2"), folderOf("3.1.3")];
  expect((await toolsFor(home, "3.1", { HEDDLE_FABRIC_BIN: given, PATH: onPath })).peer).toBe(path.join(given, "peer"));
  expect((await toolsFor(home, "3.1", { PATH: onPath })).peer).toBe(installed);
  rmSync(new ToolchainCache(home).folder, { recursive: true });
  expect((await toolsFor(home, "3.1", { PATH: onPath })).peer).toBe(path.join(onPath, "peer"));
});

it("refuses what does not fit the network, and what is not there", async () => {
  await install("3.1.1");
  const given = folderOf("2.5.12");
  const unfit = { code: "TOOLCHAIN_VERSION_UNFIT" };
  await expect(toolsFor(home, "3.1", { HEDDLE_FABRIC_BIN: given, PATH: "" })).rejects.toMatchObject(unfit);
  await expect(toolsFor(home, "3.0", { PATH: given })).rejects.toMatchObject(unfit);
  await expect(toolsFor(home, "3.0", { PATH: "" })).rejects.toMatchObject({ code: "RUNTIME_TOOLS_MISSING" });
});

it("refuses a native network before anything of it is made", async () => {
  const before = process.env["HEDDLE_FABRIC_BIN"];
  process.env["HEDDLE_FABRIC_BIN"] = folderOf("2.5.12");
  try {
    const runtime = new NativeRuntime({ home });
    await expect(runtime.requireUsable("3.1")).rejects.toMatchObject({ code: "TOOLCHAIN_VERSION_UNFIT" });
    await expect(runtime.programs("3.1")).rejects.toMatchObject({ code: "TOOLCHAIN_VERSION_UNFIT" });
    await expect(runtime.requireUsable("2.5")).resolves.toBeUndefined();
    expect(await runtime.programs("2.5")).toEqual({ version: "v2.5.12", folder: process.env["HEDDLE_FABRIC_BIN"] });
  } finally {
    if (before === undefined) delete process.env["HEDDLE_FABRIC_BIN"];
    else process.env["HEDDLE_FABRIC_BIN"] = before;
  }
});

it("takes a development build, which says no version", async () => {
  const folder = folderOf("latest");
  writeFileSync(path.join(folder, "peer"), "#!/bin/sh\necho ' Version: latest'\n", { mode: 0o755 });
  writeFileSync(path.join(folder, "orderer"), "#!/bin/sh\necho ' Version: latest'\n", { mode: 0o755 });
  expect((await toolsFor(home, "3.1", { PATH: folder })).peer).toBe(path.join(folder, "peer"));
});

it("orders versions by number, and a release after its pre-releases", () => {
  const versions = ["3.1.10", "2.5.12", "3.1.9", "3.0.0", "3.0.0-rc1", "3.0.0-beta"];
  expect(versions.toSorted(compareVersions)).toEqual(["2.5.12", "3.0.0-beta", "3.0.0-rc1", "3.0.0", "3.1.9", "3.1.10"]);
});

it("reads the digest of an archive as sha256sum writes it, and no other's", () => {
  const [one, two] = ["a".repeat(64), "B".repeat(64)];
  expect(listedDigest(`${one}\n`, "x.tar.gz")).toBe(one);
  expect(listedDigest(`${one}  y.tar.gz\n${two} *dist/x.tar.gz\n`, "x.tar.gz")).toBe(two.toLowerCase());
  expect(listedDigest(`${one}  y.tar.gz\n`, "x.tar.gz")).toBeUndefined();
  expect(listedDigest("<html>", "x.tar.gz")).toBeUndefined();
});
