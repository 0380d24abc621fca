import { setTimeout as wait } from "node:timers/promises";
import { EnvHttpProxyAgent, fetch, type Response } from "undici";
import { toolchainErrors } from "./errors.ts";

const CONNECT_TIMEOUT_MS = 20_000;
/** Without a byte for so long, a connection is taken for dead. */
const IDLE_TIMEOUT_MS = 60_000;
/** An answer that is kept in memory is never longer, in bytes; a release's description is about 30 kB. */
const MAX_TEXT = 5_000_000;
/** A server may ask for more patience, but not for more than this. */
const MAX_PAUSE_MS = 60_000;
const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** How failures that may pass are met: pauses of `baseMs`, twice that, and so on. */
export interface Patience {
  /** Attempts in a row that brought nothing. */
  readonly attempts: number;
  readonly baseMs: number;
}

const PATIENCE: Patience = { attempts: 6, baseMs: 1000 };

/** A failure that may pass. */
export class Transient extends Error {
  /** What the server asked for, in milliseconds. */
  readonly pauseMs: number | undefined;

  constructor(message: string, options: { readonly pauseMs?: number | undefined; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.pauseMs = options.pauseMs;
  }
}

/** Asks servers over HTTP, through the proxies of HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
export class Fetcher {
  readonly #agent: EnvHttpProxyAgent;
  readonly #patience: Patience;
  readonly signal: AbortSignal | undefined;

  constructor(options: { readonly patience?: Patience | undefined; readonly signal?: AbortSignal | undefined } = {}) {
    this.#agent = new EnvHttpProxyAgent({
      connect: { timeout: CONNECT_TIMEOUT_MS },
      headersTimeout: IDLE_TIMEOUT_MS,
      bodyTimeout: IDLE_TIMEOUT_MS,
    });
    this.#patience = options.patience ?? PATIENCE;
    this.signal = options.signal;
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  /**
   * One request. Throws {@link Transient} for what may pass: no connection, 429, 5xx; TOOLCHAIN_RELEASE_UNKNOWN for
   * 404 and 410; TOOLCHAIN_DOWNLOAD_FAILED for every other refusal.
   */
  async get(url: string, headers: Readonly<Record<string, string>>, accepted: readonly number[] = []): Promise<Response> {
    const response = await this.#send(url, headers);
    const { status } = response;
    if (response.ok || accepted.includes(status)) return response;
    await response.body?.cancel();
    if (TRANSIENT.has(status)) throw new Transient(`the server answers ${status}`, { pauseMs: retryAfter(response) });
    if (status === 404 || status === 410) throw toolchainErrors.create("TOOLCHAIN_RELEASE_UNKNOWN", { url });
    throw toolchainErrors.create("TOOLCHAIN_DOWNLOAD_FAILED", { url, reason: `the server answers ${status}` });
  }

  async #send(url: string, headers: Readonly<Record<string, string>>): Promise<Response> {
    try {
      return await fetch(url, {
        dispatcher: this.#agent,
        // Bytes as they are stored: what is resumed and hashed must not be packed once more on the way.
        headers: { "user-agent": "heddle", "accept-encoding": "identity", ...headers },
        signal: this.signal ?? null,
      });
    } catch (error) {
      this.signal?.throwIfAborted();
      throw new Transient(reasonOf(error), { cause: error });
    }
  }

  /** A short text; undefined where there is none. Throws TOOLCHAIN_DOWNLOAD_FAILED. */
  async text(url: string): Promise<string | undefined> {
    return this.retry(url, async () => {
      const response = await this.get(url, { accept: "*/*" }, [404, 410]);
      if (!response.ok) {
        await response.body?.cancel();
        return undefined;
      }
      try {
        return await shortText(response);
      } catch (error) {
        this.signal?.throwIfAborted();
        throw new Transient(reasonOf(error), { cause: error });
      }
    });
  }

  /** Tries again after what may pass; `advanced` tells whether the last attempt got further. Throws TOOLCHAIN_DOWNLOAD_FAILED. */
  async retry<Result>(url: string, attempt: () => Promise<Result>, advanced: () => boolean = () => false): Promise<Result> {
    for (let failed = 1; ; failed += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof Transient)) throw error;
        if (advanced()) failed = 1;
        if (failed >= this.#patience.attempts)
          throw toolchainErrors.create("TOOLCHAIN_DOWNLOAD_FAILED", { url, reason: error.message }, { cause: error });
        // Half of it by chance, so that many machines do not come back at the same moment.
        const pause = this.#patience.baseMs * 2 ** (failed - 1) * (0.5 + Math.random() / 2);
        await wait(Math.min(MAX_PAUSE_MS, Math.max(pause, error.pauseMs ?? 0)), undefined, { signal: this.signal });
      }
    }
  }
}

/** What went wrong, from the innermost cause: fetch itself says no more than that it failed. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  return error.message === "" && "code" in error ? String(error.code) : error.message;
}

/** Seconds or a date (RFC 9110, 10.2.3), as milliseconds from now. */
function retryAfter({ headers }: Response): number | undefined {
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  const ms = /^\d{1,6}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? undefined : ms;
}

async function shortText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (body === null) return "";
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_TEXT) throw new Error("the answer is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
