// A server that takes connections and never answers: nothing waits for it for ever, and it can be stopped.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import path from "node:path";
import { exitCodes } from "@heddle/cli";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { errorCode, heddle, temporaryHome } from "./support/run.ts";

let home: ReturnType<typeof temporaryHome>;
let listener: Server;
let child: ChildProcess;

beforeEach(async () => {
  home = temporaryHome();
  listener = createServer(() => undefined).listen(0, "127.0.0.1");
  await once(listener, "listening");
  child = spawn("sleep", ["600"], { stdio: "ignore" });
  const address = listener.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const content = { pid: child.pid, url: `http://127.0.0.1:${port}`, token: "t" };
  writeFileSync(path.join(home.folder, "server.json"), JSON.stringify(content));
});
afterEach(() => {
  child.kill("SIGKILL");
  listener.close();
  home.remove();
});

describe("a server that does not answer", () => {
  it("is told of, with what to do, and is not replaced", async () => {
    const ran = await heddle("network", "list", "--output", "json");
    expect([ran.code, errorCode(ran)]).toEqual([exitCodes.unreachable, "CLI_SERVER_SILENT"]);
    const doctor = await heddle("doctor");
    expect(doctor.code).toBe(exitCodes.failed);
    expect(doctor.stdout).toMatch(/^FAIL server: process \d+ does not answer .*\n +next: .*heddle down$/m);
  });

  it("is stopped by down", async () => {
    const ended = once(child, "exit");
    expect(await heddle("down")).toMatchObject({ code: 0, stdout: `server stopped (process ${child.pid})\n` });
    expect(await ended).toEqual([null, "SIGTERM"]);
  });
});
