import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, get } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { changeOf, installToolchain, listToolchain, selectToolchain, verifyToolchain, type InstallRequest } from "../../src/index.ts";
import { ToolchainCache } from "../../src/toolchain/cache.ts";
import { archiveName } from "../../src/toolchain/release.ts";
import { archive, platform, program, ReleaseServer, releaseParts, sha256, type Part } from "./releases.ts";

vi.setConfig({ testTimeout: 60_000 });

const server = new ReleaseServer();
let home: string;
let cache: ToolchainCache;

beforeAll(() => server.listen());
afterAll(() => server.close());
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "heddle-toolchain-"));
  cache = new ToolchainCache(home);
});
afterEach(() => {
  server.trouble = () => false;
  server.asked.length = 0;
  server.archives.clear();
  server.digests.clear();
  rmSync(home, { recursive: true, force: true });
});

const install = (version: string, more: Partial<InstallRequest> = {}) =>
  installToolchain({ home, version, source: server.source, patience: { attempts: 3, baseMs: 1 }, ...more });

/** Nothing counts as installed, and nothing of an attempt is left but a download to go on with. */
async function expectNothing(): Promise<void> {
  expect(cache.installed(platform)).toEqual([]);
  expect(readdirSync(cache.staging)).toEqual([]);
  await expect(verifyToolchain(home)).rejects.toMatchObject({ code: "TOOLCHAIN_NOT_INSTALLED" });
}

function arrived(start: number): boolean {
  const part = cache.download(archiveName("3.1.1", platform));
  return existsSync(part) && statSync(part).size > start;
}

function local(bytes: Buffer, name = archiveName("3.1.1", platform)): string {
  const file = path.join(home, name);
  writeFileSync(file, bytes);
  return file;
}

describe("an installation", () => {
  it("is checked against the published digest, pinned, and verified afterwards", async () => {
    const bytes = await server.publish("3.1.1");
    const done = await install("v3.1.1");
    expect(done).toMatchObject({ version: "3.1.1", installed: true, pin: { origin: "published", sha256: sha256(bytes) } });
    expect(Object.keys(done.pin.programs)).toEqual(["bin/orderer", "bin/osnadmin", "bin/peer"]);
    const [check] = await verifyToolchain(home);
    expect(check?.programs.map(({ state }) => state)).toEqual(["as pinned", "as pinned", "as pinned"]);
    expect(readdirSync(path.join(cache.folder, "downloads"))).toEqual([]);
  });

  it("again downloads nothing, and compares what is there", async () => {
    await server.publish("3.1.1");
    await install("3.1.1");
    expect(await install("3.1.1")).toMatchObject({ installed: false });
    expect(server.downloads.length).toBe(1);
    await expect(install("3.1.1", { sha256: "0".repeat(64) })).rejects.toMatchObject({ code: "TOOLCHAIN_PIN_CHANGED" });
    writeFileSync(path.join(cache.bin("3.1.1", platform), "peer"), "changed");
    await expect(install("3.1.1")).rejects.toMatchObject({ code: "TOOLCHAIN_CHANGED" });
    await expect(selectToolchain(home, "3.1.1")).rejects.toMatchObject({ code: "TOOLCHAIN_CHANGED" });
  });

  it("keeps two versions side by side, of which one is selected", async () => {
    await server.publish("3.1.1");
    await server.publish("2.5.12");
    await install("3.1.1");
    await install("2.5.12");
    await selectToolchain(home, "2.5.12");
    const places = await listToolchain(home, { PATH: "" });
    expect(places.map(({ version, selected }) => [version, selected])).toEqual([
      ["3.1.1", false],
      ["2.5.12", true],
    ]);
    expect((await verifyToolchain(home)).length).toBe(2);
    await expect(selectToolchain(home, "3.0.0")).rejects.toMatchObject({ code: "TOOLCHAIN_NOT_INSTALLED" });
  });

  it("without any digest is pinned from first use, and says so", async () => {
    const bytes = await server.publish("3.1.1", { digest: false });
    expect((await install("3.1.1")).pin).toMatchObject({ origin: "first use", sha256: sha256(bytes) });
  });

  it.each(["1.4.12", "2.4.0", "3.1", "latest", "../3.1.1", "3.1.1/../x"])("of %s is refused", async (version) => {
    await expect(install(version)).rejects.toMatchObject({ code: "TOOLCHAIN_VERSION_INVALID" });
    expect(server.asked).toEqual([]);
  });
});

describe("a download", () => {
  it("goes on where the connection was cut", async () => {
    const bytes = await server.publish("3.1.1", { ballast: 400_000 });
    let cuts = 0;
    server.trouble = (request, response) => {
      if (!request.url?.endsWith(".tar.gz") || cuts === 2) return false;
      cuts += 1;
      server.serveBytes(request, response, bytes, { after: 100_000, arrived });
      return true;
    };
    expect((await install("3.1.1")).pin.sha256).toBe(sha256(bytes));
    const [first, ...later] = server.downloads.map(({ range }) => Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0));
    expect(first).toBe(0);
    expect(later.length).toBe(2);
    expect(later.every((start) => start > 0 && start < bytes.length)).toBe(true);
  });

  it("goes on in the next installation, and begins again where the server has another file", async () => {
    const bytes = await server.publish("3.1.1", { ballast: 400_000 });
    server.trouble = (request, response) => {
      if (!request.url?.endsWith(".tar.gz")) return false;
      if (server.downloads.length === 1) server.serveBytes(request, response, bytes, { after: 100_000, arrived });
      else response.writeHead(503).end();
      return true;
    };
    await expect(install("3.1.1")).rejects.toMatchObject({ code: "TOOLCHAIN_DOWNLOAD_FAILED" });
    await expectNothing();
    server.trouble = () => false;
    server.asked.length = 0;
    const other = await server.publish("3.1.1", { ballast: 300_000 });
    expect((await install("3.1.1")).pin.sha256).toBe(sha256(other));
    expect(server.downloads.map(({ range }) => range !== undefined)).toEqual([true]);
  });

  it("tries again on 503 and 429, and gives up when it stays so", async () => {
    await server.publish("3.1.1");
    const refusals = [503, 429];
    server.trouble = (_request, response) => {
      const status = refusals.shift();
      if (status === undefined) return false;
      response.writeHead(status, { "retry-after": "0" }).end();
      return true;
    };
    await install("3.1.1");
    expect(refusals).toEqual([]);
    server.trouble = (request, response) => request.url?.endsWith(".tar.gz") === true && response.writeHead(503).end().writableEnded;
    await server.publish("3.0.0");
    await expect(install("3.0.0")).rejects.toMatchObject({ code: "TOOLCHAIN_DOWNLOAD_FAILED" });
  });

  it("of a version that is not there is refused at once", async () => {
    await expect(install("3.1.9")).rejects.toMatchObject({ code: "TOOLCHAIN_RELEASE_UNKNOWN" });
    await expect(install("3.1.9", { mirror: server.url })).rejects.toMatchObject({ code: "TOOLCHAIN_RELEASE_UNKNOWN" });
  });

  it("comes from a mirror, whose digest stands beside the archive", async () => {
    const bytes = await server.publish("3.1.1");
    const mirror = `${server.url}/fabric/`;
    expect((await install("3.1.1", { mirror })).pin).toMatchObject({ origin: "published", sha256: sha256(bytes) });
    expect(server.asked.map(({ url }) => url)).toEqual([
      `/fabric/v3.1.1/${archiveName("3.1.1", platform)}.sha256`,
      `/fabric/v3.1.1/${archiveName("3.1.1", platform)}`,
    ]);
    await expect(install("3.1.1", { mirror: "ftp://example.com" })).rejects.toMatchObject({ code: "TOOLCHAIN_OPTION_INVALID" });
  });

  it("does not go on where a digest may be published and cannot be had", async () => {
    await server.publish("3.1.1");
    server.trouble = (request, response) => request.url?.startsWith("/api") === true && response.writeHead(403).end().writableEnded;
    await expect(install("3.1.1")).rejects.toMatchObject({ code: "TOOLCHAIN_DIGEST_UNKNOWN" });
    await expectNothing();
  });

  it("goes through the proxy of the environment, and past it for hosts of NO_PROXY", async () => {
    await server.publish("3.1.1");
    await server.publish("3.0.0");
    const tunnels: string[] = [];
    const proxy = createServer().on("connect", (request, socket, head) => {
      tunnels.push(request.url ?? "");
      const upstream = connect(Number(new URL(server.url).port), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        upstream.write(head);
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on("error", () => socket.destroy());
      socket.on("error", () => upstream.destroy());
    });
    proxy.on("request", (request, response) => {
      tunnels.push(request.url ?? "");
      const { pathname } = new URL(request.url ?? "");
      get(new URL(pathname, server.url), (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    vi.stubEnv("http_proxy", `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
    vi.stubEnv("no_proxy", "");
    vi.stubEnv("NO_PROXY", "");
    try {
      const mirror = server.url.replace("127.0.0.1", "releases.test");
      await install("3.1.1", { mirror });
      expect(tunnels.length).toBeGreaterThan(0);
      expect(tunnels.every((target) => target.includes("releases.test"))).toBe(true);
      tunnels.length = 0;
      vi.stubEnv("no_proxy", "127.0.0.1");
      await install("3.0.0", { mirror: server.url });
      expect(tunnels).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
      proxy.closeAllConnections();
      proxy.close();
    }
  });
});

describe("an archive", () => {
  it("of this machine is installed without any server", async () => {
    const bytes = await archive(releaseParts("3.1.1"));
    const file = local(bytes);
    expect((await install("3.1.1", { archive: file, sha256: sha256(bytes).toUpperCase() })).pin.origin).toBe("given");
    expect(server.asked).toEqual([]);
  });

  it("of this machine is held against the digest beside it", async () => {
    const file = local(await archive(releaseParts("3.1.1")));
    writeFileSync(`${file}.sha256`, `${"0".repeat(64)}  ${path.basename(file)}\n`);
    await expect(install("3.1.1", { archive: file })).rejects.toMatchObject({ code: "TOOLCHAIN_DIGEST_WRONG" });
    writeFileSync(`${file}.sha256`, "nothing of it\n");
    await expect(install("3.1.1", { archive: file })).rejects.toMatchObject({ code: "TOOLCHAIN_ARCHIVE_UNREADABLE" });
    await expectNothing();
  });

  it("that is not there is said to be so", async () => {
    await expect(install("3.1.1", { archive: path.join(home, "none") })).rejects.toMatchObject({ code: "TOOLCHAIN_ARCHIVE_UNREADABLE" });
  });

  it("with another digest than the published or given one is not installed", async () => {
    await server.publish("3.1.1", { digest: "1".repeat(64) });
    await expect(install("3.1.1")).rejects.toMatchObject({ code: "TOOLCHAIN_DIGEST_WRONG" });
    await expect(install("3.1.1", { sha256: "2".repeat(64) })).rejects.toMatchObject({ code: "TOOLCHAIN_DIGEST_WRONG" });
    await expect(install("3.1.1", { sha256: "short" })).rejects.toMatchObject({ code: "TOOLCHAIN_OPTION_INVALID" });
    await expectNothing();
  });

  it("other than the one that was pinned is not installed", async () => {
    await server.publish("3.1.1");
    await install("3.1.1");
    rmSync(cache.version("3.1.1", platform), { recursive: true });
    await server.publish("3.1.1", { ballast: 10 });
    await expect(install("3.1.1")).rejects.toMatchObject({ code: "TOOLCHAIN_PIN_CHANGED" });
    await expectNothing();
  });

  const peers: Part[] = [program("peer", "3.1.1"), program("orderer", "3.1.1")];
  const elf = Buffer.alloc(64);
  elf.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  elf.writeUInt16LE(0xf3, 18);
  it.each<[string, string, readonly Part[]]>([
    ["that leads out of its folder", "TOOLCHAIN_ARCHIVE_UNSAFE", [...peers, { name: "../escaped", content: "x" }]],
    ["that leads out in the middle", "TOOLCHAIN_ARCHIVE_UNSAFE", [...peers, { name: "bin/../../escaped", content: "x" }]],
    ["with an absolute name", "TOOLCHAIN_ARCHIVE_UNSAFE", [...peers, { name: "/tmp/escaped", content: "x" }]],
    ["with a symbolic link", "TOOLCHAIN_ARCHIVE_UNSAFE", [...peers, { name: "bin/x", type: "symlink", linkname: "/etc/passwd" }]],
    ["with a hard link", "TOOLCHAIN_ARCHIVE_UNSAFE", [...peers, { name: "bin/x", type: "link", linkname: "bin/peer" }]],
    ["with a device", "TOOLCHAIN_ARCHIVE_UNSAFE", [...peers, { name: "bin/x", type: "character-device" }]],
    ["with a name twice", "TOOLCHAIN_ARCHIVE_UNSAFE", [...peers, program("peer", "3.1.1")]],
    ["without an orderer", "TOOLCHAIN_PROGRAM_ABSENT", [program("peer", "3.1.1")]],
    ["of another version", "TOOLCHAIN_VERSION_WRONG", [program("peer", "3.1.0"), program("orderer", "3.1.0")]],
    ["for another platform", "TOOLCHAIN_PLATFORM_WRONG", [program("peer", "3.1.1", "plan9/mips"), program("orderer", "3.1.1")]],
    ["compiled for another processor", "TOOLCHAIN_PLATFORM_WRONG", [{ name: "bin/peer", mode: 0o755, content: elf }, ...peers.slice(1)]],
    ["of nothing", "TOOLCHAIN_ARCHIVE_DAMAGED", []],
  ])("%s is refused with %s", async (_what, code, parts) => {
    await expect(install("3.1.1", { archive: local(await archive(parts)) })).rejects.toMatchObject({ code });
    expect(existsSync(path.join(cache.folder, "escaped"))).toBe(false);
    expect(existsSync(path.join(cache.staging, "escaped"))).toBe(false);
    await expectNothing();
  });

  it.each([0.1, 0.5, 0.9, 0.999])("truncated to %d of it is refused", async (share) => {
    const bytes = await archive(releaseParts("3.1.1", 50_000));
    const file = local(bytes.subarray(0, Math.floor(bytes.length * share)));
    await expect(install("3.1.1", { archive: file })).rejects.toMatchObject({ code: "TOOLCHAIN_ARCHIVE_DAMAGED" });
    await expectNothing();
  });

  it("that is none is refused", async () => {
    await expect(install("3.1.1", { archive: local(Buffer.from("<html>")) })).rejects.toMatchObject({ code: "TOOLCHAIN_ARCHIVE_DAMAGED" });
    await expectNothing();
  });
});

describe("an installation that cannot end", () => {
  it.skipIf(!existsSync("/dev/full"))("for a full disk says so", async () => {
    await server.publish("3.1.1");
    // A file on which there is no room, in the place of the download.
    server.trouble = (request) => {
      if (!request.url?.endsWith(".tar.gz")) return false;
      symlinkSync("/dev/full", cache.download(archiveName("3.1.1", platform)));
      return false;
    };
    await expect(install("3.1.1")).rejects.toMatchObject({ code: "TOOLCHAIN_DISK_FULL" });
    await expectNothing();
  });

  it("because its process was killed leaves nothing that counts, and the next one goes on", async () => {
    const bytes = await server.publish("3.1.1", { ballast: 400_000 });
    const reached = Promise.withResolvers<undefined>();
    server.trouble = (request, response) => {
      if (!request.url?.endsWith(".tar.gz")) return false;
      response.writeHead(200, { etag: `"${sha256(bytes).slice(0, 16)}"`, "content-length": bytes.length });
      response.write(bytes.subarray(0, 200_000), () => {
        reached.resolve(undefined);
      });
      return true;
    };
    const file = path.join(import.meta.dirname, "installer.ts");
    const child = spawn(process.execPath, ["--conditions=@heddle/source", file, home, "3.1.1", server.url], { stdio: "inherit" });
    await reached.promise;
    const part = cache.download(archiveName("3.1.1", platform));
    await vi.waitUntil(() => existsSync(part) && readFileSync(part).length > 0, { timeout: 20_000, interval: 20 });
    await expect(install("3.1.1")).rejects.toMatchObject({ code: "TOOLCHAIN_BUSY" });
    child.kill("SIGKILL");
    await once(child, "exit");
    await expectNothing();
    server.trouble = () => false;
    server.asked.length = 0;
    await install("3.1.1", { mirror: server.url });
    expect(server.downloads.map(({ range }) => range !== undefined)).toEqual([true]);
  });

  it("because its process was killed while it unpacked leaves nothing that counts", async () => {
    await server.publish("3.1.1");
    // A program that waits to be asked for its version holds an installation where it is unpacked, and not in place yet.
    const waiting = path.join(home, "asked");
    const script = `#!/bin/sh\ntouch '${waiting}'\nexec sleep 1000\n`;
    server.put("3.1.1", await archive([{ name: "bin/peer", mode: 0o755, content: script }, program("orderer", "3.1.1")]));
    const file = path.join(import.meta.dirname, "installer.ts");
    const child = spawn(process.execPath, ["--conditions=@heddle/source", file, home, "3.1.1", server.url], {
      stdio: "inherit",
      detached: true,
    });
    await vi.waitUntil(() => existsSync(waiting), { timeout: 20_000, interval: 20 });
    expect(readdirSync(cache.staging).length).toBe(1);
    process.kill(-(child.pid ?? 0), "SIGKILL");
    await once(child, "exit");
    expect(cache.installed(platform)).toEqual([]);
    await expect(verifyToolchain(home)).rejects.toMatchObject({ code: "TOOLCHAIN_NOT_INSTALLED" });
    server.put("3.1.1", await archive(releaseParts("3.1.1")));
    expect(await install("3.1.1")).toMatchObject({ installed: true });
    expect(readdirSync(cache.staging)).toEqual([]);
  });
});

describe("a check", () => {
  it.each<[string, string, (bin: string) => void]>([
    ["changed", "bin/peer", (bin) => writeFileSync(path.join(bin, "peer"), "other")],
    ["missing", "bin/orderer", (bin) => rmSync(path.join(bin, "orderer"))],
    ["not pinned", "bin/added", (bin) => writeFileSync(path.join(bin, "added"), "#!/bin/sh\n", { mode: 0o755 })],
  ])("finds a program that is %s", async (state, name, change) => {
    await server.publish("3.1.1");
    await install("3.1.1");
    expect(changeOf(home, await verifyToolchain(home, "3.1.1"))).toBeUndefined();
    change(cache.bin("3.1.1", platform));
    const checks = await verifyToolchain(home, "3.1.1");
    expect(checks[0]?.programs.filter((one) => one.state !== "as pinned")).toEqual([{ program: name, state }]);
    expect(changeOf(home, checks)).toMatchObject({ code: "TOOLCHAIN_CHANGED" });
  });

  it("does not take a lost or damaged lock file for a match", async () => {
    await server.publish("3.1.1");
    await install("3.1.1");
    rmSync(cache.lockFile);
    expect(changeOf(home, await verifyToolchain(home))).toMatchObject({ code: "TOOLCHAIN_CHANGED" });
    mkdirSync(path.dirname(cache.lockFile), { recursive: true });
    writeFileSync(cache.lockFile, "{");
    await expect(verifyToolchain(home)).rejects.toMatchObject({ code: "TOOLCHAIN_FILE_DAMAGED" });
  });
});
