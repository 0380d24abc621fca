import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { errorCode, heddle, temporaryHome } from "./support/run.ts";

let home: ReturnType<typeof temporaryHome>;
beforeEach(() => {
  home = temporaryHome();
});
afterEach(async () => {
  await heddle("down");
  home.remove();
});

const address = (): { pid: number } => JSON.parse(readFileSync(path.join(home.folder, "server.json"), "utf8")) as { pid: number };

describe("the server in the background", () => {
  it("is started when it is needed, found again, and stopped", async () => {
    const first = await heddle("network", "list");
    expect(first.code).toBe(0);
    expect(first.stderr).toMatch(/^server started in the background on http:\/\/127\.0\.0\.1:\d+ /);
    const { pid } = address();
    expect(statSync(path.join(home.folder, "logs", "server.log")).mode & 0o077).toBe(0);

    expect(await heddle("network", "list", "--output", "json")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"networks": []') as string,
      stderr: "",
    });
    expect(address().pid).toBe(pid);
    expect(await heddle("network", "show", "nope")).toMatchObject({ code: 3 });
    expect(errorCode(await heddle("serve", "--port", "0", "--output", "json"))).toBe("SERVER_ALREADY_RUNNING");

    expect((await heddle("down")).code).toBe(0);
    expect(existsSync(path.join(home.folder, "server.json"))).toBe(false);
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    expect(await heddle("down", "--output", "json")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"stopped": false') as string,
    });
  });

  it("is started once by two commands at the same time", async () => {
    const [left, right] = await Promise.all([heddle("network", "list"), heddle("operations", "list")]);
    expect([left.code, right.code]).toEqual([0, 0]);
  });

  it("is not mistaken for what an old address names", async () => {
    writeFileSync(path.join(home.folder, "server.json"), JSON.stringify({ pid: process.pid, url: "http://127.0.0.1:9", token: "t" }));
    expect((await heddle("network", "list")).code).toBe(0);
    expect(address().pid).not.toBe(process.pid);
  });

  it("is not started where nothing can be kept", async () => {
    const file = path.join(home.folder, "file");
    writeFileSync(file, "");
    process.env["HEDDLE_HOME"] = path.join(file, "home");
    const ran = await heddle("network", "list", "--output", "json");
    process.env["HEDDLE_HOME"] = home.folder;
    expect([ran.code, errorCode(ran)]).toEqual([2, "CLI_HOME_UNUSABLE"]);
  });

  it("tells why it did not start", async () => {
    writeFileSync(path.join(home.folder, "heddle.db"), "this is no database, whatever its name says ".repeat(100));
    const ran = await heddle("network", "list", "--output", "json");
    expect([ran.code, errorCode(ran)]).toEqual([4, "CLI_SERVER_NOT_STARTED"]);
  });
});
