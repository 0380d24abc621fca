import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openStore } from "../src/index.ts";
import { codeOf, repositorySuite } from "./support/suite.ts";

const folder = await mkdtemp(path.join(tmpdir(), "heddle-store-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("on SQLite", () => {
  repositorySuite(() => Promise.resolve({ url: `sqlite:${path.join(folder, "suite.db")}`, stop: () => Promise.resolve() }));
});

describe("the SQLite file", () => {
  it("is made with mode 0600, in WAL, with synchronous FULL", async () => {
    const file = path.join(folder, "deep", "mode.db");
    const store = await openStore({ url: `sqlite:${file}` });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await store.close();
    const database = new DatabaseSync(file);
    expect(database.prepare("pragma journal_mode").get()).toEqual({ journal_mode: "wal" });
    database.close();
  });

  it("of a newer Heddle is refused and left as it is", async () => {
    const file = path.join(folder, "newer.db");
    await (await openStore({ url: `sqlite:${file}` })).close();
    const database = new DatabaseSync(file);
    database.exec("insert into heddle_schema values (1000, 'from the future', 0)");
    database.close();
    const before = await readFile(file);
    expect(await codeOf(openStore({ url: `sqlite:${file}` }))).toBe("STORE_TOO_NEW");
    expect(Buffer.compare(await readFile(file), before)).toBe(0);
  });

  it.each([
    ["", "STORE_URL_INVALID"],
    ["sqlite:", "STORE_URL_INVALID"],
    ["mysql://root:secret@host/db", "STORE_URL_INVALID"],
    ["sqlite:/dev/null/x.db", "STORE_UNAVAILABLE"],
    ["postgres://127.0.0.1:1/none", "STORE_UNAVAILABLE"],
  ])("address %j gives %s", async (url, code) => {
    expect(await codeOf(openStore({ url }))).toBe(code);
  });

  it("that is no database is refused", async () => {
    expect(await codeOf(openStore({ url: `sqlite:${import.meta.filename}` }))).toBe("STORE_UNAVAILABLE");
  });
});
