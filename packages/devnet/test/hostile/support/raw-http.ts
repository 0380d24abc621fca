import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as SecureAgent, request as httpsRequest } from "node:https";
import { connect, type Socket } from "node:net";
import { connect as secureConnect, type ConnectionOptions } from "node:tls";

/** How an HTTP request ended; without an answer, 0 and the error's code. */
export interface HttpOutcome {
  readonly status: number;
  readonly body: string;
}

/** A request, as odd as Node.js lets it be. */
export interface HttpAttack {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** Sends one request over a connection of its own; with `tls`, over TLS. */
export function sendHttp(port: number, attack: HttpAttack, tls?: ConnectionOptions): Promise<HttpOutcome> {
  const { method = "GET", path, headers = {}, body = Buffer.alloc(0) } = attack;
  const options = { host: "127.0.0.1", port, method, path, headers: { "content-length": String(body.length), ...headers } };
  return new Promise((resolve) => {
    const failed = (error: Error & { code?: string }): void => resolve({ status: 0, body: error.code ?? error.message });
    const answered = (response: IncomingMessage): void => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
      response.on("error", failed);
    };
    const request =
      tls === undefined
        ? httpRequest({ ...options, agent: new Agent({ keepAlive: false }) }, answered)
        : httpsRequest({ ...options, ...tls, agent: new SecureAgent({ keepAlive: false }) }, answered);
    request.on("error", failed);
    request.setTimeout(15_000, () => request.destroy(new Error("silence")));
    request.end(body);
  });
}

/** What came back over a connection, and whether the other end closed it. */
export interface RawOutcome {
  readonly bytes: Buffer;
  readonly closed: boolean;
}

/**
 * Opens a connection, writes bytes, reads for a while, and breaks off. Half-closes after the bytes unless told not to.
 * With `tls`, the bytes go through TLS.
 */
export async function sendRaw(
  port: number,
  bytes: Buffer,
  options: { readonly tls?: ConnectionOptions; readonly readMs?: number; readonly open?: boolean } = {},
): Promise<RawOutcome> {
  const { tls, readMs = 200, open = false } = options;
  const socket: Socket =
    tls === undefined ? connect(port, "127.0.0.1") : secureConnect({ host: "127.0.0.1", port, rejectUnauthorized: false, ...tls });
  const chunks: Buffer[] = [];
  socket.on("error", () => undefined);
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  const closed = once(socket, "close").then(
    () => true,
    () => true,
  );
  const connected = once(socket, tls === undefined ? "connect" : "secureConnect").catch(() => undefined);
  await Promise.race([closed, connected]);
  if (open) socket.write(bytes);
  else socket.end(bytes);
  const ended = await Promise.race([closed, new Promise<false>((resolve) => setTimeout(resolve, readMs, false))]);
  socket.destroy();
  return { bytes: Buffer.concat(chunks), closed: ended };
}
