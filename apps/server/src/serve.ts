import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { localMasterKey, openKeyStore, openStore, type KeyStore, type Store } from "@heddle/store";
import type { FastifyInstance } from "fastify";
import { pino, type Logger } from "pino";
import { createApp, createHandlers } from "./app.ts";
import { serverErrors } from "./errors.ts";
import { requireLoopback } from "./lifetime/address.ts";
import { defaultHome, openHome, type Home } from "./lifetime/home.ts";
import { lockHome } from "./lifetime/lock.ts";
import { removeServerFile, writeServerFile } from "./lifetime/server-file.ts";
import type { Backend } from "./ports.ts";

/** What the backend is made from. */
export interface BackendParts {
  readonly home: string;
  readonly store: Store;
  readonly keys: KeyStore;
  readonly logger: Logger;
}

/** Options of {@link serve}. */
export interface ServeOptions {
  /** Folder of everything; default `HEDDLE_HOME`, else `~/.heddle`. */
  readonly home?: string | undefined;
  /** Loopback address or name; default 127.0.0.1. */
  readonly host?: string | undefined;
  /** Default 7460; 0 for any that is free. */
  readonly port?: number | undefined;
  /** Address of the store; default `HEDDLE_STORE`, else SQLite in the home. */
  readonly store?: string | undefined;
  /** Level of the log; default `info`. */
  readonly logLevel?: "debug" | "info" | "warn" | "error" | "silent" | undefined;
  /** File of the log; default standard error. */
  readonly logFile?: string | undefined;
  /** Carries out operations; default those of `@heddle/operations`. */
  readonly backend?: ((parts: BackendParts) => Promise<Backend>) | undefined;
}

/** A server that answers. */
export interface RunningServer {
  readonly url: string;
  readonly token: string;
  readonly home: string;
  /** Resolves with the operations taken up from a process that died, once they are. */
  readonly recovered: Promise<readonly string[]>;
  /** Lets requests end, leaves operations for the next start, gives the home back. */
  close(): Promise<void>;
}

/** Port when nothing else is said. */
export const DEFAULT_PORT = 7460;

/** Milliseconds that requests under way get to end when the server closes. */
const DRAIN_MS = 5_000;

/** Version of Heddle. */
export function heddleVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
  return manifest.version;
}

/**
 * Starts the server: takes the home for itself, opens the store, listens, then
 * loads what carries out operations and takes up those that were interrupted.
 *
 * Throws SERVER_ADDRESS_REFUSED, SERVER_ALREADY_RUNNING, SERVER_PORT_TAKEN,
 * SERVER_HOME_UNUSABLE and the errors of opening the store.
 */
export async function serve(options: ServeOptions = {}): Promise<RunningServer> {
  const host = options.host ?? "127.0.0.1";
  requireLoopback(host);
  const home = openHome(options.home ?? defaultHome());
  const undo: (() => Promise<void> | void)[] = [lockHome(home)];
  const cleanUp = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    return await start(options, host, home, undo, cleanUp);
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

async function start(
  options: ServeOptions,
  host: string,
  home: Home,
  undo: (() => Promise<void> | void)[],
  cleanUp: () => Promise<void>,
): Promise<RunningServer> {
  const logger = pino(
    { level: options.logLevel ?? "info" },
    pino.destination({ dest: options.logFile ?? 2, sync: true, mkdir: true, mode: 0o600 }),
  );
  const store = await openStore({ url: options.store ?? process.env["HEDDLE_STORE"] ?? `sqlite:${home.database}` });
  undo.push(() => store.close());
  const keys = openKeyStore(store, await localMasterKey(home.masterKey));
  const backend = lazy(() => (options.backend ?? loadBackend)({ home: home.folder, store, keys, logger }));
  undo.push(async () => {
    const loaded = await backend.loaded();
    await loaded?.engine.close();
    await loaded?.services.close();
  });

  const closing = new AbortController();
  const token = randomBytes(32).toString("base64url");
  const version = heddleVersion();
  const startedAt = new Date();
  const handlers = createHandlers({ store, backend: backend.get, version, startedAt });
  const { app, drain } = createApp({ handlers, store, token, logger, closing: closing.signal });
  undo.push(async () => {
    closing.abort();
    await drain(DRAIN_MS);
    await app.close();
  });
  const url = await listen(app, host, options.port ?? DEFAULT_PORT);
  undo.push(() => removeServerFile(home));
  writeServerFile(home, { pid: process.pid, url, token, startedAt: startedAt.toISOString(), version });
  logger.info({ url, home: home.folder, version }, "listening");

  const recovered = recover(backend.get, logger);
  return {
    url,
    token,
    home: home.folder,
    recovered,
    async close() {
      await recovered;
      await cleanUp();
      logger.info("closed");
    },
  };
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE") {
      throw serverErrors.create("SERVER_PORT_TAKEN", { host, port }, { cause });
    }
    throw cause;
  }
}

/** After the first answer could be given: loading what speaks Fabric takes longer than everything above. */
async function recover(backend: () => Promise<Backend>, logger: Logger): Promise<readonly string[]> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  try {
    const { engine } = await backend();
    const taken = await engine.recover();
    if (taken.length > 0) logger.info({ operations: taken }, "operations taken up");
    return taken;
  } catch (error) {
    logger.error({ err: error }, "operations could not be taken up");
    return [];
  }
}

async function loadBackend(parts: BackendParts): Promise<Backend> {
  const { createBackend } = await import("./backend.ts");
  return createBackend(parts);
}

/** A value made once, when first asked for. */
function lazy<Value>(make: () => Promise<Value>): {
  readonly get: () => Promise<Value>;
  readonly loaded: () => Promise<Value | undefined>;
} {
  let made: Promise<Value> | undefined;
  return {
    get: () => (made ??= make()),
    loaded: () => made?.catch(() => undefined) ?? Promise.resolve(undefined),
  };
}
