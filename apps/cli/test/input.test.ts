import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { formatNetworkFile, presetNetwork } from "@heddle/network";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readNetworkFile } from "../src/input/files.ts";
import { transientData, wholeNumber } from "../src/input/values.ts";
import { writeFiles } from "../src/input/write.ts";
import { temporaryHome } from "./support/run.ts";

let home: ReturnType<typeof temporaryHome>;
beforeEach(() => {
  home = temporaryHome();
});
afterEach(() => {
  home.remove();
});

describe("network files", () => {
  it("makes a chaincode's folder absolute, from the file's own place", async () => {
    const network = presetNetwork("solo", { name: "demo" });
    const chaincodes = [{ ...network.spec.chaincodes[0], source: { path: "./contract" } }];
    const file = path.join(home.folder, "net.yaml");
    writeFileSync(
      file,
      formatNetworkFile({ ...network, spec: { ...network.spec, chaincodes: chaincodes as typeof network.spec.chaincodes } }),
    );
    const read = await readNetworkFile(file);
    expect(read.spec.chaincodes[0]?.source).toEqual({ path: path.join(home.folder, "contract") });
  });
});

describe("files of the server", () => {
  it("are written with their permissions, below the folder", async () => {
    const folder = path.join(home.folder, "out");
    await writeFiles(folder, [{ path: "identity/key.pem", mode: 0o600, content: "k" }]);
    expect(readFileSync(path.join(folder, "identity/key.pem"), "utf8")).toBe("k");
    expect(statSync(path.join(folder, "identity/key.pem")).mode & 0o777).toBe(0o600);
  });

  it("get their permissions also where a file is there already", async () => {
    const file = path.join(home.folder, "key.pem");
    writeFileSync(file, "old", { mode: 0o644 });
    await writeFiles(home.folder, [{ path: "key.pem", mode: 0o600, content: "new" }]);
    expect([readFileSync(file, "utf8"), statSync(file).mode & 0o777]).toEqual(["new", 0o600]);
  });

  it.each(["../x", "/etc/x", "a/../../x", "."])("never leave it: %s", async (name) => {
    await expect(writeFiles(path.join(home.folder, "out"), [{ path: name, mode: 0o600, content: "" }])).rejects.toMatchObject({
      code: "CLI_FILE_NOT_WRITTEN",
    });
  });
});

describe("options", () => {
  it("takes transient data apart at the first sign", () => {
    expect(transientData(["a=b=c", "d="])).toEqual({ a: Buffer.from("b=c").toString("base64"), d: "" });
    expect(transientData([])).toBeUndefined();
  });

  it.each(["", "-1", "1.5", "1e3", "99999999999", "0x10"])("refuses %j as a number", (value) => {
    expect(() => wholeNumber("--tail", value, 0, 100)).toThrow(expect.objectContaining({ code: "CLI_OPTION_INVALID" }) as Error);
  });
});
