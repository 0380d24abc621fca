import { readFile } from "node:fs/promises";
import path from "node:path";
import { isHeddleError, type HeddleError } from "@heddle/network";
import type { Logger } from "pino";
import { buildConsole } from "./build.ts";
import { consoleErrors } from "./errors.ts";
import { listFiles, type ConsoleFile } from "./files.ts";
import { builtStamp, sourceStamp } from "./stamp.ts";

/** Milliseconds after which a build that failed is tried again, where somebody asks for it. */
const RETRY_MS = 5_000;

/** Whether there is a console to show. `seconds`: how long it is being built, or took. */
export interface ConsoleState {
  readonly state: "ready" | "building" | "failed" | "absent";
  readonly seconds?: number;
  readonly error?: HeddleError;
}

/** Where the console lies, and whether it may be built. */
export interface SiteOptions {
  /** Root of the repository; the console is `apps/console` in it. */
  readonly root: string;
  /** Build where the sources have changed since; without it, what was built before is shown. */
  readonly build: boolean;
  readonly logger: Pick<Logger, "info" | "error">;
}

/**
 * The console's built files. They are looked at when a page is first asked for, or
 * the API asks for the state, and built then where the sources say so: a server
 * that nobody opens in a browser spends nothing on it.
 */
export class ConsoleSite {
  readonly #root: string;
  readonly #folder: string;
  readonly #dist: string;
  readonly #build: boolean;
  readonly #logger: SiteOptions["logger"];
  readonly #closing = new AbortController();
  #state: ConsoleState = { state: "absent" };
  #building: { readonly since: number; readonly done: Promise<void> } | undefined;
  /** Stamp that the files listed, and the failure, belong to. */
  #stamp: string | undefined;
  #files: ReadonlyMap<string, ConsoleFile> = new Map();
  #failedAt = 0;
  #looked = false;

  constructor({ root, build, logger }: SiteOptions) {
    this.#root = root;
    this.#folder = path.join(root, "apps/console");
    this.#dist = path.join(this.#folder, "dist");
    this.#build = build;
    this.#logger = logger;
  }

  /** The state; looks once, then only with `again`. Begins to build where that is needed, and does not wait for it. */
  async ensure({ again = false }: { readonly again?: boolean } = {}): Promise<ConsoleState> {
    if (this.#building === undefined && (again || !this.#looked)) await this.#look();
    else if (this.#state.state === "ready") await this.#relist(await this.#built());
    if (this.#building !== undefined) return { state: "building", seconds: (performance.now() - this.#building.since) / 1000 };
    return this.#state;
  }

  /** The file under a path of the console, if there is one. */
  file(name: string): ConsoleFile | undefined {
    return this.#files.get(name);
  }

  /** The console's page as it was built. */
  async page(): Promise<string | undefined> {
    try {
      return await readFile(path.join(this.#dist, "index.html"), "utf8");
    } catch {
      return undefined;
    }
  }

  /** Stops a build that is under way. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#building?.done;
  }

  async #look(): Promise<void> {
    this.#looked = true;
    const built = await this.#built();
    const wanted = this.#build ? await sourceStamp(this.#root) : undefined;
    // Two may have looked at the same time.
    if (this.#building !== undefined) return;
    if (wanted === undefined || wanted === built) {
      await this.#relist(built);
      return;
    }
    // What it failed for may be outside of the sources, such as a package that is not installed.
    if (this.#state.state === "failed" && this.#stamp === wanted && performance.now() - this.#failedAt < RETRY_MS) return;
    const since = performance.now();
    this.#building = { since, done: this.#make(wanted, since) };
  }

  /** Stamp of the build that is there; one made by hand has none. */
  async #built(): Promise<string> {
    return (await builtStamp(this.#dist)) ?? "none";
  }

  async #make(stamp: string, since: number): Promise<void> {
    try {
      await buildConsole({ folder: this.#folder, stamp, signal: this.#closing.signal });
      await this.#relist(stamp);
      const seconds = (performance.now() - since) / 1000;
      this.#state = { ...this.#state, seconds };
      this.#logger.info({ seconds }, "the console is built");
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#stamp = stamp;
      this.#failedAt = performance.now();
      this.#logger.error({ err: error }, "the console could not be built");
      if (isHeddleError(error)) this.#state = { state: "failed", error };
    } finally {
      this.#building = undefined;
    }
  }

  /** Lists the files of a build, unless they are listed already. */
  async #relist(stamp: string): Promise<void> {
    if (stamp === this.#stamp && this.#state.state === "ready") return;
    if ((await this.page()) === undefined) {
      const error = consoleErrors.create("CONSOLE_NOT_BUILT", { reason: `there is no ${path.join(this.#dist, "index.html")}` });
      this.#state = { state: "absent", error };
      return;
    }
    this.#files = listFiles(this.#dist);
    this.#stamp = stamp;
    this.#state = { state: "ready" };
  }
}
