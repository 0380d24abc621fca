// Releases of Fabric as small as they can be, and a server of them on loopback that can be told to fail.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { pack, type Header } from "tar-stream";
import { archiveName, releasePlatform, type ReleaseSource } from "../../src/toolchain/release.ts";

export const platform = releasePlatform();

/** What goes into an archive. */
export type Part = Partial<Header> & { readonly name: string; readonly content?: string | Buffer };

/** A script that says what Fabric's programs say of themselves. */
export function program(name: string, version: string, osArch = platform.replace("-", "/")): Part {
  const says = [`${name}:`, ` Version: v${version}`, " Commit SHA: 0000000", " Go version: go1.25.0", ` OS/Arch: ${osArch}`];
  return { name: `bin/${name}`, mode: 0o755, content: `#!/bin/sh\ncat <<'END'\n${says.join("\n")}\nEND\n` };
}

/** The parts of a release (Fabric: Makefile, dist). `ballast` bytes make it large enough to be cut. */
export function releaseParts(version: string, ballast = 0): Part[] {
  const noise = Buffer.alloc(ballast);
  for (let index = 0; index < ballast; index += 32)
    createHash("sha256")
      .update(`${version} ${index}`)
      .digest()
      .copy(noise, index, 0, Math.min(32, ballast - index));
  return [
    { name: "bin/", type: "directory" },
    program("peer", version),
    program("orderer", version),
    program("osnadmin", version),
    { name: "config/", type: "directory" },
    { name: "config/core.yaml", content: "peer: {}\n" },
    { name: "config/noise", content: noise },
  ];
}

/** A packed archive. */
export async function archive(parts: readonly Part[]): Promise<Buffer> {
  const tar = pack();
  const chunks: Buffer[] = [];
  const read = (async () => {
    for await (const chunk of tar) chunks.push(chunk as Buffer);
  })();
  for (const { content = "", ...header } of parts) tar.entry(header, content);
  tar.finalize();
  await read;
  return gzipSync(Buffer.concat(chunks));
}

export function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** One request as the server got it. */
interface Asked {
  readonly url: string;
  readonly range: string | undefined;
}

/** Answers instead of the server; true where it did. */
type Trouble = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Where a connection is cut. */
interface Cut {
  /** Bytes that are sent. */
  readonly after: number;
  /** Whether some of them have arrived, of those after `start`. */
  readonly arrived: (start: number) => boolean;
}

/** A server of releases, which tells digests as GitHub's API does, and as files beside the archives. */
export class ReleaseServer {
  readonly asked: Asked[] = [];
  /** Archives by name. */
  readonly archives = new Map<string, Buffer>();
  /** Digests by archive's name, as they are published. */
  readonly digests = new Map<string, string>();
  trouble: Trouble = () => false;
  readonly #server = createServer((request, response) => {
    this.asked.push({ url: request.url ?? "", range: request.headers.range });
    if (!this.trouble(request, response)) this.#answer(request, response);
  });

  async listen(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** As the official releases are. */
  get source(): ReleaseSource {
    return { base: `${this.url}/download`, api: `${this.url}/api` };
  }

  /** Publishes a version and returns its archive. */
  async publish(version: string, options: { readonly ballast?: number; readonly digest?: string | false } = {}): Promise<Buffer> {
    const bytes = await archive(releaseParts(version, options.ballast));
    this.put(version, bytes, options.digest);
    return bytes;
  }

  put(version: string, bytes: Buffer, digest: string | false = sha256(bytes)): void {
    const name = archiveName(version, platform);
    this.archives.set(name, bytes);
    if (digest === false) this.digests.delete(name);
    else this.digests.set(name, digest);
  }

  /** How often archives were asked for. */
  get downloads(): readonly Asked[] {
    return this.asked.filter(({ url }) => url.endsWith(".tar.gz"));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url ?? "", this.url);
    const [, tagged] = /^\/api\/releases\/tags\/v(.+)$/.exec(pathname) ?? [];
    if (tagged !== undefined) {
      const name = archiveName(tagged, platform);
      const digest = this.digests.get(name);
      const assets = [{ name, digest: digest === undefined ? null : `sha256:${digest}` }];
      response.writeHead(this.archives.has(name) ? 200 : 404).end(JSON.stringify({ assets }));
      return;
    }
    const file = pathname.split("/").at(-1) ?? "";
    const digest = file.endsWith(".sha256") ? this.digests.get(file.slice(0, -".sha256".length)) : undefined;
    const bytes = digest === undefined ? this.archives.get(file) : Buffer.from(`${digest}  ${file.slice(0, -".sha256".length)}\n`);
    if (bytes === undefined) {
      response.writeHead(404).end();
      return;
    }
    this.serveBytes(request, response, bytes);
  }

  /** The bytes, or what of them was asked for; or some of them, and the connection is cut once they have arrived. */
  serveBytes(request: IncomingMessage, response: ServerResponse, bytes: Buffer, cut?: Cut): void {
    const etag = `"${sha256(bytes).slice(0, 16)}"`;
    const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? "") ?? [];
    const start = from !== undefined && request.headers["if-range"] === etag ? Number(from) : 0;
    const range = start === 0 ? {} : { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(start === 0 ? 200 : 206, { etag, "content-length": bytes.length - start, ...range });
    if (cut === undefined) {
      response.end(bytes.subarray(start));
      return;
    }
    response.write(bytes.subarray(start, start + cut.after));
    const arrived = setInterval(() => {
      if (!cut.arrived(start)) return;
      clearInterval(arrived);
      response.destroy();
    }, 5);
  }
}
