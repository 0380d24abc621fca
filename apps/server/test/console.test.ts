import { mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ConsoleSite, type ConsoleState } from "../src/console/site.ts";
import { ask, bearer } from "./support/ask.ts";
import { consoleFixture, type ConsoleFixture } from "./support/console.ts";
import { startServer, type TestServer } from "./support/server.ts";

/** A content security policy as directives with their sources. */
function parsePolicy(header: unknown): Map<string, string[]> {
  const directives = String(header)
    .split(";")
    .map((directive) => directive.trim().split(/\s+/));
  const policy = new Map(directives.map(([name = "", ...sources]) => [name, sources]));
  expect(policy.size).toBe(directives.length);
  return policy;
}

describe("a built console", () => {
  let fixture: ConsoleFixture;
  let test: TestServer;
  const script = `console.log(${JSON.stringify("x".repeat(5_000))});`;
  beforeAll(async () => {
    fixture = await consoleFixture(false);
    const page =
      '<meta property="csp-nonce" nonce="__CSP_NONCE__"><script type="module" nonce="__CSP_NONCE__" src="/assets/index-1a2b.js"></script>';
    await fixture.write("dist/index.html", page);
    await fixture.write("dist/assets/index-1a2b.js", script);
    await fixture.write("dist/assets/index-1a2b.js.br", brotliCompressSync(script));
    await fixture.write("dist/assets/index-1a2b.js.gz", gzipSync(script));
    await fixture.write("dist/favicon.svg", "<svg/>");
    await fixture.write("dist/.vite/manifest.json", "{}");
    await fixture.write("dist/server.pem", "not for the web");
    await fixture.write("secret.json", "{}");
    test = await startServer({ console: { root: fixture.root, build: false } });
  });
  afterAll(async () => {
    await test.stop();
    await fixture.remove();
  });
  const get = (path: string, headers: Record<string, string> = {}) => ask(test.server.url, "GET", path, { headers });

  it.each(["/", "/index.html", "/networks/sample", "/apis"])("shows its page under %s, to somebody unknown", async (path) => {
    const { status, headers, body } = await get(path);
    expect([status, headers["content-type"], headers["cache-control"]]).toEqual([200, "text/html; charset=utf-8", "no-store"]);
    expect(body).toContain("/assets/index-1a2b.js");
    expect(body).not.toContain("__CSP_NONCE__");
  });

  it("has a policy that allows our own files and what carries the nonce of this one answer", async () => {
    const [first, second] = [await get("/"), await get("/")];
    const policy = parsePolicy(first.headers["content-security-policy"]);
    const nonce = /^'nonce-([\w-]{22,})'$/.exec(policy.get("script-src")?.[1] ?? "")?.[1] ?? "none";
    expect(policy.get("default-src")).toEqual(["'none'"]);
    expect([policy.get("script-src"), policy.get("style-src")]).toEqual([
      ["'self'", `'nonce-${nonce}'`],
      ["'self'", `'nonce-${nonce}'`],
    ]);
    for (const name of ["base-uri", "frame-ancestors"]) expect(policy.get(name)).toEqual(["'none'"]);
    const sources = [...policy.values()].flat();
    expect(sources.filter((source) => /unsafe|\*|https?:|^blob:/.test(source))).toEqual([]);
    expect([...first.body.matchAll(/nonce="([^"]*)"/g)].map((match) => match[1])).toEqual([nonce, nonce]);
    expect(second.headers["content-security-policy"]).not.toContain(nonce);
  });

  it("keeps files whose names carry a hash for ever, and asks for the others again", async () => {
    const asset = await get("/assets/index-1a2b.js");
    expect(asset.headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
    });
    const icon = await get("/favicon.svg");
    expect(icon.headers).toMatchObject({ "content-type": "image/svg+xml", "cache-control": "no-cache" });
    const again = await get("/favicon.svg", { "if-none-match": String(icon.headers.etag) });
    expect([again.status, again.body]).toEqual([304, ""]);
    const head = await ask(test.server.url, "HEAD", "/favicon.svg");
    expect([head.status, head.headers["content-length"], head.body]).toEqual([200, "6", ""]);
  });

  it.each([
    ["gzip, deflate, br, zstd", "br"],
    ["gzip;q=0.5", "gzip"],
    ["br;q=0, gzip", "gzip"],
    ["identity", undefined],
    ["", undefined],
  ])("sends what was compressed to who takes %j", async (accepted, encoding) => {
    const response = await fetchRaw(`${test.server.url}/assets/index-1a2b.js`, accepted);
    expect([response.encoding, response.vary]).toEqual([encoding, "accept-encoding"]);
    const decode = { br: brotliDecompressSync, gzip: gunzipSync }[encoding ?? ""] ?? ((bytes: Buffer) => bytes);
    expect(decode(response.bytes).toString()).toBe(script);
  });

  it.each([
    "/assets/gone-3c4d.js",
    "/server.pem",
    "/.vite/manifest.json",
    "/assets/index-1a2b.js.br",
    "/secret.json",
    "/..%2fsecret.json",
    "/assets/../../secret.json",
    "/%2e%2e/secret.json",
  ])("does not send %s", async (path) => {
    const { status, code } = await get(path);
    expect([status, code]).toEqual([404, "API_ROUTE_NOT_FOUND"]);
  });

  it("protects every answer by its headers", async () => {
    for (const path of ["/", "/assets/index-1a2b.js", "/assets/gone.js", "/api/v1/health", "/api/v1/networks/%zz", "/metrics"]) {
      const { headers } = await get(path, path === "/api/v1/health" ? bearer(test) : {});
      expect([path, headers]).toMatchObject([
        path,
        {
          "x-content-type-options": "nosniff",
          "x-frame-options": "DENY",
          "referrer-policy": "no-referrer",
          "cross-origin-opener-policy": "same-origin",
          "cross-origin-resource-policy": "same-origin",
        },
      ]);
      const policy = parsePolicy(headers["content-security-policy"]);
      expect([policy.get("default-src"), policy.get("frame-ancestors")]).toEqual([["'none'"], ["'none'"]]);
      expect(headers["strict-transport-security"]).toBeUndefined();
    }
    expect((await get("/api/v1/health", bearer(test))).headers["cache-control"]).toBe("no-store");
  });
});

async function fetchRaw(url: string, accepted: string): Promise<{ encoding: string | undefined; vary: string | undefined; bytes: Buffer }> {
  const { default: http } = await import("node:http");
  return new Promise((resolve, reject) => {
    const request = http.get(url, { headers: { "accept-encoding": accepted } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ encoding: response.headers["content-encoding"], vary: response.headers.vary, bytes: Buffer.concat(chunks) }),
      );
    });
    request.once("error", reject);
  });
}

describe("without a console", () => {
  it("says so, and the API works", async () => {
    const test = await startServer();
    const page = await ask(test.server.url, "GET", "/");
    expect([page.status, page.headers["content-type"]]).toEqual([503, "text/html; charset=utf-8"]);
    expect(page.body).toContain("CONSOLE_NOT_BUILT");
    expect(await test.client.getConsole()).toMatchObject({ state: "absent", error: { code: "CONSOLE_NOT_BUILT" } });
    expect((await test.client.health()).status).toBe("ok");
    await test.stop();
  });
});

describe("building the console", () => {
  let fixture: ConsoleFixture;
  const sites: ConsoleSite[] = [];
  const site = (build = true): ConsoleSite => {
    const made = new ConsoleSite({ root: fixture.root, build, logger: pino({ level: "silent" }) });
    sites.push(made);
    return made;
  };
  afterEach(async () => {
    for (const made of sites.splice(0)) await made.close();
    await fixture.remove();
  });

  async function settled(of: ConsoleSite): Promise<ConsoleState> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const state = await of.ensure();
      if (state.state !== "building") return state;
      if (Date.now() > deadline) throw new Error("it is still being built");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  const script = async (): Promise<string> => {
    const assets = path.join(fixture.dist, "assets");
    const names = (await readdir(assets)).filter((name) => name.endsWith(".js"));
    expect(names).toHaveLength(1);
    return readFile(path.join(assets, names[0] ?? ""), "utf8");
  };

  it("is done once for the same sources, and again when they change", async () => {
    fixture = await consoleFixture(true);
    const first = site();
    expect((await first.ensure()).state).toBe("building");
    expect(await settled(first)).toMatchObject({ state: "ready", seconds: expect.any(Number) as number });
    expect(await script()).toContain("one one");
    expect(await first.page()).toContain('nonce="__CSP_NONCE__"');
    const name = [...(await readdir(path.join(fixture.dist, "assets")))].find((file) => file.endsWith(".js")) ?? "";
    expect(first.file(`/assets/${name}`)?.encodings.map(([encoding]) => encoding)).toEqual(["br", "gzip"]);

    expect(await site().ensure()).toEqual({ state: "ready" });
    await fixture.write("src/main.js", 'document.body.append("two");');
    expect((await first.ensure()).state).toBe("ready");
    expect((await first.ensure({ again: true })).state).toBe("building");
    expect((await settled(first)).state).toBe("ready");
    expect(await script()).toContain("two");
  });

  it("is done by one of several processes, and seen by the others", async () => {
    fixture = await consoleFixture(true);
    const [left, right] = [site(), site()];
    expect([(await left.ensure()).state, (await right.ensure()).state]).toEqual(["building", "building"]);
    expect([(await settled(left)).state, (await settled(right)).state]).toEqual(["ready", "ready"]);
    await fixture.write("src/main.js", 'document.body.append("three");');
    await left.ensure({ again: true });
    await settled(left);
    const [asset] = (await readdir(path.join(fixture.dist, "assets"))).filter((name) => name.endsWith(".js"));
    await right.ensure();
    expect(right.file(`/assets/${asset ?? ""}`)).toBeDefined();
    expect(await readdir(path.join(fixture.root, "apps/console/.cache"))).toEqual(["build.lock"]);
  });

  it("fails with what is wrong, leaves what was built before, and is tried again when the sources change", async () => {
    fixture = await consoleFixture(true);
    await settled(site());
    await fixture.write("src/main.js", "this is no script");
    const broken = site();
    const state = await settled(broken);
    expect([state.state, state.error?.code, state.error?.message]).toEqual([
      "failed",
      "CONSOLE_BUILD_FAILED",
      expect.stringContaining("main.js") as string,
    ]);
    expect(await script()).toContain("one one");
    expect((await broken.ensure({ again: true })).state).toBe("failed");
    await fixture.write("src/main.js", 'document.body.append("mended");');
    await broken.ensure({ again: true });
    expect((await settled(broken)).state).toBe("ready");
  });

  it("does not keep a server from working while it goes on, or fails", async () => {
    fixture = await consoleFixture(true);
    await fixture.write("src/main.js", "this is no script");
    const test = await startServer({ console: { root: fixture.root, build: true } });
    const first = await ask(test.server.url, "GET", "/");
    expect([first.status, first.body.includes("is being built")]).toEqual([503, true]);
    expect((await test.client.health()).status).toBe("ok");
    let state = await test.client.getConsole();
    const deadline = Date.now() + 60_000;
    while (state.state === "building" && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      state = await test.client.getConsole();
    }
    expect(state).toMatchObject({ state: "failed", error: { code: "CONSOLE_BUILD_FAILED" } });
    const page = await ask(test.server.url, "GET", "/");
    expect(page.body).toContain("CONSOLE_BUILD_FAILED");
    // Where the sources lie is for those who may read the API.
    expect(page.body).not.toContain(fixture.root);
    await test.stop();
  });

  it("is stopped when the server closes", async () => {
    fixture = await consoleFixture(true);
    const made = site();
    await made.ensure();
    await made.close();
    expect(await readdir(path.join(fixture.root, "apps/console"))).not.toContain("dist");
  });

  it("is left alone where it is not wanted", async () => {
    fixture = await consoleFixture(true);
    const kept = site(false);
    expect((await kept.ensure()).state).toBe("absent");
    await mkdir(fixture.dist, { recursive: true });
    await fixture.write("dist/index.html", "made by hand");
    expect((await kept.ensure({ again: true })).state).toBe("ready");
  });
});
