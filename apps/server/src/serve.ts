import { readFileSync } from "node:fs";
import type { CertificateExpiry } from "@heddle/operations";
import { localMasterKey, openKeyStore, openStore, type KeyStore, type Store } from "@heddle/store";
import { pino, type Logger } from "pino";
import path from "node:path";
import { createApp, createHandlers } from "./app.ts";
import { Login } from "./auth/login.ts";
import { newSecret } from "./auth/secrets.ts";
import { Sessions } from "./auth/sessions.ts";
import { ConsoleSite } from "./console/site.ts";
import { isLoopback, requireSafe } from "./lifetime/address.ts";
import { defaultHome, openHome, type Home } from "./lifetime/home.ts";
import { keepHouse } from "./lifetime/housekeeping.ts";
import { listen, listenLocally } from "./lifetime/listen.ts";
import { lockHome } from "./lifetime/lock.ts";
import { readMetricsToken } from "./lifetime/metrics-token.ts";
import { removeServerFile, writeServerFile } from "./lifetime/server-file.ts";
import { readTls, type Tls, type TlsPaths } from "./lifetime/tls.ts";
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
  /** Address or name to listen on; default 127.0.0.1. One that others can reach needs {@link tls}. */
  readonly host?: string | undefined;
  /** Default 7460; 0 for any that is free. */
  readonly port?: number | undefined;
  /** Address of the store; default `HEDDLE_STORE`, else SQLite in the home. */
  readonly store?: string | undefined;
  /** Speak TLS with this certificate. */
  readonly tls?: TlsPaths | undefined;
  /** Root of the repository whose `apps/console` is shown, and whether to build it where its sources have changed. */
  readonly console?: { readonly root?: string; readonly build: boolean } | undefined;
  /** Level of the log; default `info`. */
  readonly logLevel?: "debug" | "info" | "warn" | "error" | "silent" | undefined;
  /** File of the log; default standard error. */
  readonly logFile?: string | undefined;
  /** Carries out operations; default those of `@heddle/operations`. */
  readonly backend?: ((parts: BackendParts) => Promise<Backend>) | undefined;
}

/** A server that answers. */
export interface RunningServer {
  /** Address for programs on this machine. */
  readonly url: string;
  /** Address for people. */
  readonly consoleUrl: string;
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

/** Root of the repository that this file lies in. */
const ROOT = path.resolve(import.meta.dirname, "../../..");

/** Version of Heddle. */
export function heddleVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
  return manifest.version;
}

/**
 * Starts the server: takes the home for itself, opens the store, listens, then
 * loads what carries out operations and takes up those that were interrupted.
 *
 * Throws SERVER_ADDRESS_REFUSED, SERVER_TLS_INVALID, SERVER_ALREADY_RUNNING,
 * SERVER_PORT_TAKEN, SERVER_HOME_UNUSABLE and the errors of opening the store.
 */
export async function serve(options: ServeOptions = {}): Promise<RunningServer> {
  const host = options.host ?? "127.0.0.1";
  requireSafe(host, options.tls !== undefined);
  const tls = options.tls === undefined ? undefined : readTls(options.tls);
  const home = openHome(options.home ?? defaultHome());
  const undo: (() => Promise<void> | void)[] = [lockHome(home)];
  const cleanUp = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    return await start({ ...options, host }, tls, home, undo, cleanUp);
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

async function start(
  options: ServeOptions & { readonly host: string },
  tls: Tls | undefined,
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

  const sessions = new Sessions(store);
  const login = new Login(store, sessions);
  await login.ensureOwner();
  const site = new ConsoleSite({ root: options.console?.root ?? ROOT, build: options.console?.build ?? false, logger });
  undo.push(
    () => sessions.close(),
    () => site.close(),
    keepHouse({ store, sessions, logger }),
  );

  const closing = new AbortController();
  let address = "";
  const token = newSecret();
  const metricsToken = readMetricsToken(home.metricsToken);
  const version = heddleVersion();
  const startedAt = new Date();
  const accounts = { store, sessions, login };
  const { app, drain } = createApp({
    handlers: createHandlers(
      { store, backend: backend.get, version, startedAt, site, url: () => address, metricsTokenFile: home.metricsToken },
      accounts,
    ),
    accounts,
    site,
    certificates: () => expiries(backend.get, logger),
    token,
    metricsToken,
    logger,
    tls,
    closing: closing.signal,
    answersTo: (name) => isLoopback(name) || tls?.covers(name) === true,
  });
  undo.push(async () => {
    closing.abort();
    await drain(DRAIN_MS);
    await app.close();
  });
  const { host, port = DEFAULT_PORT } = options;
  const outside = await listen(app, host, port, tls?.name);
  address = outside;
  const local = tls === undefined ? undefined : await listenLocally(app);
  if (local !== undefined) undo.push(local.close);
  const url = local?.url ?? outside;
  undo.push(() => removeServerFile(home));
  writeServerFile(home, { pid: process.pid, url, console: outside, token, startedAt: startedAt.toISOString(), version });
  logger.info({ url, console: outside, home: home.folder, version }, "listening");

  const recovered = recover(backend.get, logger);
  return {
    url,
    consoleUrl: outside,
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

/** Ends of the networks' certificates; none where the backend cannot be loaded, so that the other metrics are answered. */
async function expiries(backend: () => Promise<Backend>, logger: Logger): Promise<readonly CertificateExpiry[]> {
  try {
    return await (await backend()).services.certificateExpiries();
  } catch (error) {
    logger.error({ err: error }, "certificates could not be measured");
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
