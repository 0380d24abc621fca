import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { localMasterKey, openKeyStore, openStore, type KeyStore, type Store } from "../../src/index.ts";
import { codeOf } from "../support/suite.ts";

const SECRET = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEG\n-----END PRIVATE KEY-----\n";

let folder: string;
let store: Store;
let keys: KeyStore;
const masterFile = (): string => path.join(folder, "master.key");

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "heddle-keys-"));
  store = await openStore({ url: `sqlite:${path.join(folder, "heddle.db")}` });
  keys = openKeyStore(store, await localMasterKey(masterFile()));
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

/** Everything on disk, to look for what must not be there. */
async function everything(): Promise<Buffer> {
  const names = await readdir(folder);
  return Buffer.concat(await Promise.all(names.map((name) => readFile(path.join(folder, name)))));
}

describe("the master key", () => {
  it("is made once, with mode 0600, also by several at the same time", async () => {
    const file = path.join(folder, "raced.key");
    const providers = await Promise.all(Array.from({ length: 10 }, () => localMasterKey(file)));
    expect(new Set(providers.map(({ id }) => id)).size).toBe(1);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).filter((name) => name.startsWith("raced"))).toEqual(["raced.key"]);
  });

  it("that others can read is refused", async () => {
    await chmod(masterFile(), 0o640);
    expect(await codeOf(localMasterKey(masterFile()))).toBe("STORE_MASTER_KEY_EXPOSED");
  });

  it.each(["", "heddle-master-key:v1:AAAA", "something else"])("%j is refused", async (text) => {
    await writeFile(masterFile(), text);
    expect(await codeOf(localMasterKey(masterFile()))).toBe("STORE_MASTER_KEY_INVALID");
  });
});

describe("the key store", () => {
  it("gives back what was put, and lists names only", async () => {
    await keys.put("trade", "org1/admin", SECRET);
    await keys.putAll(
      "trade",
      new Map<string, string | Uint8Array>([
        ["org1/admin", "replaced"],
        ["org2/admin", Buffer.from(SECRET)],
      ]),
    );
    expect(await keys.get("trade", "org1/admin")).toBe("replaced");
    expect(await keys.get("trade", "org2/admin")).toBe(SECRET);
    expect(await keys.names("trade")).toEqual(["org1/admin", "org2/admin"]);
    expect(await keys.find("trade", "nobody")).toBeUndefined();
    expect(await codeOf(keys.get("trade", "nobody"))).toBe("STORE_SECRET_NOT_FOUND");
    expect(await codeOf(keys.get("other", "org1/admin"))).toBe("STORE_SECRET_NOT_FOUND");
  });

  it("opens after a restart with the same master key", async () => {
    await keys.put("trade", "a", SECRET);
    expect(await openKeyStore(store, await localMasterKey(masterFile())).get("trade", "a")).toBe(SECRET);
  });

  it("leaves no key material in clear on disk", async () => {
    await keys.put("trade", "a", SECRET);
    await store.checkpoint();
    expect((await everything()).includes("MIGHAgEAMBMGByqGSM49AgEG")).toBe(false);
  });

  it("refuses another master key", async () => {
    await keys.put("trade", "a", SECRET);
    const other = openKeyStore(store, await localMasterKey(path.join(folder, "other.key")));
    expect(await codeOf(other.get("trade", "a"))).toBe("STORE_MASTER_KEY_MISMATCH");
  });

  it("refuses a secret that was changed, moved or cut", async () => {
    await keys.putAll(
      "trade",
      new Map([
        ["a", "one"],
        ["b", "two"],
      ]),
    );
    const sealed = Buffer.from((await store.secrets.get("trade", "a"))?.sealed ?? []);
    const flipped = Buffer.from(sealed);
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
    for (const bytes of [flipped, sealed.subarray(0, 10), Buffer.from([2, ...sealed.subarray(1)]), Buffer.alloc(0)]) {
      await store.secrets.put([{ network: "trade", name: "a", sealed: bytes }]);
      expect(await codeOf(keys.get("trade", "a"))).toBe("STORE_SECRET_DAMAGED");
    }
    await store.secrets.put([{ network: "trade", name: "b", sealed }]);
    expect(await codeOf(keys.get("trade", "b"))).toBe("STORE_SECRET_DAMAGED");
  });

  it("destroys a network's data key with its secrets, on disk as well", async () => {
    await keys.put("trade", "a", SECRET);
    await keys.put("other", "a", SECRET);
    const sealed = Buffer.from((await store.secrets.dataKey("trade"))?.sealed ?? []);
    expect(sealed.length).toBeGreaterThan(32);
    expect(await keys.deleteFor("trade")).toBe(2);
    expect(await keys.find("trade", "a")).toBeUndefined();
    expect(await keys.get("other", "a")).toBe(SECRET);
    expect((await everything()).includes(sealed)).toBe(false);
    // A network of the same name later begins with a key of its own.
    await keys.put("trade", "a", "new");
    expect(await keys.get("trade", "a")).toBe("new");
  });
});
