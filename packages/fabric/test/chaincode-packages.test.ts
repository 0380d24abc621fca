import { writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { pack, type Pack } from "tar-stream";
import { describe, expect, it } from "vitest";
import { isHeddleError } from "@heddle/network";
import { packageChaincodeService, packageId, parseChaincodePackage, sha256 } from "../src/index.ts";
import { findTool, inFolder, runTool, withoutTools } from "./support/tools.ts";

const connection = { address: "127.0.0.1:9999", dial_timeout: "10s", tls_required: false };
const refused = expect.objectContaining({ code: "FABRIC_PACKAGE_INVALID" }) as Error;
const peerTool = findTool("peer");

/** A gzipped archive of anything. */
async function archive(entries: ReadonlyArray<readonly [Parameters<Pack["entry"]>[0] | string, string | Uint8Array]>): Promise<Buffer> {
  const tar = pack();
  for (const [header, content] of entries) tar.entry(typeof header === "string" ? { name: header } : header, Buffer.from(content));
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

const metadata = (label: string, type = "ccaas"): string => JSON.stringify({ path: "", type, label });
const code = await archive([["connection.json", "{}"]]);

describe("a package of chaincode that runs as a service", () => {
  it("says where the chaincode listens, and holds whatever else was given", async () => {
    const index = Buffer.from(`{"index":{"fields":["owner"]},"name":"owner","type":"json"}`);
    const bytes = await packageChaincodeService("basic_1.0", connection, { "META-INF/statedb/couchdb/indexes/owner.json": index });
    const parsed = await parseChaincodePackage(bytes);
    expect([parsed.label, parsed.type, parsed.path]).toEqual(["basic_1.0", "ccaas", ""]);
    expect([...parsed.files.keys()]).toEqual(["connection.json", "META-INF/statedb/couchdb/indexes/owner.json"]);
    expect(JSON.parse(parsed.files.get("connection.json")?.toString() ?? "")).toEqual(connection);
    expect(parsed.files.get("META-INF/statedb/couchdb/indexes/owner.json")).toEqual(index);
  });

  it("has the same bytes whenever and wherever it is made", async () => {
    const made = await packageChaincodeService("basic_1.0", connection);
    expect(await packageChaincodeService("basic_1.0", connection)).toEqual(made);
    expect(sha256(gunzipSync(made)).toString("hex")).toBe(
      sha256(gunzipSync(await packageChaincodeService("basic_1.0", { ...connection }))).toString("hex"),
    );
    expect([...made.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
    expect(packageId("basic_1.0", made)).toBe(`basic_1.0:${sha256(made).toString("hex")}`);
    expect(await packageChaincodeService("basic_1.1", connection)).not.toEqual(made);
  });

  it.each(["a", "basic", "basic_1.0", "A.b+c-d_e", "0"])("takes the label %j", async (label) => {
    expect((await parseChaincodePackage(await packageChaincodeService(label, connection))).label).toBe(label);
  });

  it.each(["", "-a", ".a", "_a", "a b", "a/b", "a:b", "ä", "a\n"])("refuses the label %j", async (label) => {
    await expect(packageChaincodeService(label, connection)).rejects.toThrow(refused);
    await expect(
      parseChaincodePackage(
        await archive([
          ["metadata.json", metadata(label)],
          ["code.tar.gz", code],
        ]),
      ),
    ).rejects.toThrow(refused);
  });
});

describe("a package from elsewhere", () => {
  it("may be of any kind and hold folders", async () => {
    const inner = await archive([
      [{ name: "src", type: "directory" }, ""],
      ["src/main.go", "package main"],
    ]);
    const parsed = await parseChaincodePackage(
      await archive([
        ["code.tar.gz", inner],
        ["metadata.json", metadata("go_1", "golang")],
      ]),
    );
    expect([parsed.type, [...parsed.files.keys()]]).toEqual(["golang", ["src/main.go"]]);
  });

  it.each<[string, () => Promise<Uint8Array> | Uint8Array]>([
    ["nothing", () => new Uint8Array()],
    ["what is not gzip", () => Buffer.from("PK")],
    ["what is not tar", () => gzipSync(Buffer.from("x".repeat(2000)))],
    ["an empty archive", () => archive([])],
    ["no metadata", () => archive([["code.tar.gz", code]])],
    ["no code", () => archive([["metadata.json", metadata("a")]])],
    [
      "one file too many",
      () =>
        archive([
          ["metadata.json", metadata("a")],
          ["code.tar.gz", code],
          ["extra", ""],
        ]),
    ],
    [
      "metadata that is not JSON",
      () =>
        archive([
          ["metadata.json", "{"],
          ["code.tar.gz", code],
        ]),
    ],
    [
      "metadata that is a list",
      () =>
        archive([
          ["metadata.json", "[]"],
          ["code.tar.gz", code],
        ]),
    ],
    [
      "metadata that is null",
      () =>
        archive([
          ["metadata.json", "null"],
          ["code.tar.gz", code],
        ]),
    ],
    [
      "a label that is a number",
      () =>
        archive([
          ["metadata.json", '{"label":1}'],
          ["code.tar.gz", code],
        ]),
    ],
    [
      "code that is no archive",
      () =>
        archive([
          ["metadata.json", metadata("a")],
          ["code.tar.gz", "x"],
        ]),
    ],
    [
      "code that holds a link",
      async () =>
        archive([
          ["metadata.json", metadata("a")],
          ["code.tar.gz", await archive([[{ name: "l", type: "symlink", linkname: "/etc/passwd" }, ""]])],
        ]),
    ],
    [
      "a link in place of code",
      () =>
        archive([
          ["metadata.json", metadata("a")],
          [{ name: "code.tar.gz", type: "link", linkname: "metadata.json" }, ""],
        ]),
    ],
    [
      "an archive cut short",
      async () =>
        (
          await archive([
            ["metadata.json", metadata("a")],
            ["code.tar.gz", code],
          ])
        ).subarray(0, 100),
    ],
    ["a bomb", () => gzipSync(Buffer.alloc(220 * 1024 * 1024))],
  ])("is refused when it is %s", async (_, make) => {
    await expect(parseChaincodePackage(await make())).rejects.toThrow(refused);
  });

  it("is read or refused, whatever byte of it is wrong", async () => {
    const bytes = await packageChaincodeService("basic_1.0", connection);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        const outcome = await parseChaincodePackage(damaged).catch((error: unknown) => error);
        expect(!(outcome instanceof Error) || isHeddleError(outcome, "FABRIC_PACKAGE_INVALID")).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});

describe.skipIf(peerTool === undefined)(`Fabric's peer${withoutTools(peerTool)}`, () => {
  it("gives a package the id that we give it", () =>
    inFolder(async (folder) => {
      const bytes = await packageChaincodeService("basic_1.0", connection, { "META-INF/x.json": Buffer.from("{}") });
      const file = path.join(folder, "basic.tar.gz");
      writeFileSync(file, bytes);
      writeFileSync(path.join(folder, "core.yaml"), "peer: {}\n");
      const env = { FABRIC_CFG_PATH: folder, FABRIC_LOGGING_SPEC: "fatal" };
      const id = runTool(peerTool, ["lifecycle", "chaincode", "calculatepackageid", file], { cwd: folder, env }).toString().trim();
      expect(id).toBe(packageId("basic_1.0", bytes));
    }));
});
