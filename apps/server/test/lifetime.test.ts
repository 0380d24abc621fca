import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { isHeddleError } from "@heddle/network";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readServerFile, serve } from "../src/index.ts";
import { startServer, tempHome } from "./support/server.ts";

let home: string;
beforeEach(async () => {
  home = await tempHome();
});
afterEach(() => rm(home, { recursive: true, force: true }));

const serverFile = (): string => path.join(home, "server.json");

async function codeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    if (isHeddleError(error)) return error.code;
    throw error;
  }
  return "nothing was thrown";
}

describe("a server", () => {
  it("tells its owner, and nobody else, where it is, and tidies up", async () => {
    const { server, stop } = await startServer({ home });
    expect(readServerFile({ serverFile: serverFile() })).toMatchObject({ pid: process.pid, url: server.url, token: server.token });
    for (const file of ["server.json", "master.key", "heddle.db"]) expect((await stat(path.join(home, file))).mode & 0o777).toBe(0o600);
    await stop();
    expect(await readdir(home)).not.toContain("server.json");
  });

  it("has its home for itself, and gives it back", async () => {
    const first = await startServer({ home });
    expect(await codeOf(startServer({ home }))).toBe("SERVER_ALREADY_RUNNING");
    expect((await first.client.health()).status).toBe("ok");
    const scraping = await readFile(path.join(home, "metrics.token"), "utf8");
    await first.stop();
    const second = await startServer({ home });
    expect(second.server.token).not.toBe(first.server.token);
    // What Prometheus was given goes on working.
    expect(await readFile(path.join(home, "metrics.token"), "utf8")).toBe(scraping);
    await second.stop();
  });

  it("takes a home over from a process that was killed", async () => {
    const script = `
      const { serve } = await import("@heddle/server");
      await serve({ home: process.argv[1], port: 0, logLevel: "silent", backend: () => Promise.reject(new Error("none")) });
      process.stdout.write("up");
    `;
    const child = spawn(process.execPath, ["--conditions=@heddle/source", "--input-type=module", "-e", script, home], {
      cwd: import.meta.dirname,
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    expect(await codeOf(startServer({ home }))).toBe("SERVER_ALREADY_RUNNING");
    child.kill("SIGKILL");
    await once(child, "exit");
    // What it left behind misleads nobody.
    expect(readServerFile({ serverFile: serverFile() })?.pid).toBe(child.pid);
    const { server, client, stop } = await startServer({ home });
    expect((await client.health()).pid).toBe(process.pid);
    expect(readServerFile({ serverFile: serverFile() })?.url).toBe(server.url);
    await stop();
  });

  it.each(["0.0.0.0", "::", "192.168.1.4", "example.com", "128.0.0.1", ""])("does not listen on %j", async (host) => {
    expect(await codeOf(serve({ home, host, port: 0 }))).toBe("SERVER_ADDRESS_REFUSED");
  });

  it("leaves nothing held where its port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    expect(await codeOf(serve({ home, port, logLevel: "silent" }))).toBe("SERVER_PORT_TAKEN");
    other.close();
    await (await startServer({ home })).stop();
  });

  it("refuses a home that is a file", async () => {
    await writeFile(path.join(home, "file"), "");
    expect(await codeOf(serve({ home: path.join(home, "file") }))).toBe("SERVER_HOME_UNUSABLE");
  });

  it("takes interrupted operations up again", async () => {
    const first = await startServer({ home });
    const spec = (await import("@heddle/network")).presetNetwork("solo", { name: "trade" });
    await first.store.networks.insert({ name: "trade", spec, runtime: "embedded", state: "ready" });
    const { operation } = await first.client.proveNetwork({ params: { name: "trade" } });
    await first.server.close();
    const second = await startServer({ home });
    expect(await second.server.recovered).toEqual([operation.id]);
    second.release();
    for await (const event of second.client.events({ query: { after: 0, operation: operation.id } })) {
      if ((event.data as { state?: string }).state === "succeeded") break;
    }
    await second.stop();
  });
});
