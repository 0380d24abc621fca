import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { presetNetwork, validateNetwork, type NetworkFile, type NetworkFileInput, type PresetName } from "@heddle/network";
import { EmbeddedRuntime, type NetworkPlace, type RuntimeNetwork } from "@heddle/runtimes";
import { localMasterKey, openKeyStore, openStore, type OperationRecord, type Store } from "@heddle/store";
import { createServices, MetricsCollector, OperationEngine, operationKinds, World, type OperationFailure } from "../../../src/index.ts";

/** Chaincode that tests deploy, each a scenario. */
export const fixtures = path.resolve(import.meta.dirname, "../../fixtures");

/** Packages installed for this repository, the shim among them. */
const modules = path.resolve(path.dirname(createRequire(import.meta.url).resolve("fabric-shim/package.json")), "..");

/** What a test may do in the middle of what the runtime does. */
export interface Hooks {
  afterPrepare?: (place: NetworkPlace) => Promise<void> | void;
  beforeStart?: (signal: AbortSignal | undefined) => Promise<void> | void;
  beforeChaincode?: (signal: AbortSignal | undefined) => Promise<void> | void;
  beforeEnsure?: (signal: AbortSignal | undefined) => Promise<void> | void;
  beforeRestart?: (nodes: readonly string[]) => Promise<void> | void;
  beforeDestroy?: () => Promise<void> | void;
  beforeShrink?: () => Promise<void> | void;
}

/** The embedded runtime itself, with places for a test to step in. */
class HookedRuntime extends EmbeddedRuntime {
  readonly hooks: Hooks;

  constructor(home: string, hooks: Hooks) {
    super({ home });
    this.hooks = hooks;
  }

  override async prepare(network: RuntimeNetwork): Promise<NetworkPlace> {
    const place = await super.prepare(network);
    await this.hooks.afterPrepare?.(place);
    return place;
  }

  override async start(...args: Parameters<EmbeddedRuntime["start"]>): Promise<void> {
    await this.hooks.beforeStart?.(args[1]);
    return super.start(...args);
  }

  override async startChaincode(...args: Parameters<EmbeddedRuntime["startChaincode"]>): Promise<void> {
    await this.hooks.beforeChaincode?.(args[2]?.signal);
    return super.startChaincode(...args);
  }

  override async ensure(...args: Parameters<EmbeddedRuntime["ensure"]>): Promise<readonly string[]> {
    await this.hooks.beforeEnsure?.(args[1]);
    return super.ensure(...args);
  }

  override async restartNodes(...args: Parameters<EmbeddedRuntime["restartNodes"]>): Promise<void> {
    await this.hooks.beforeRestart?.(args[1]);
    return super.restartNodes(...args);
  }

  override async shrink(...args: Parameters<EmbeddedRuntime["shrink"]>): ReturnType<EmbeddedRuntime["shrink"]> {
    await this.hooks.beforeShrink?.();
    return super.shrink(...args);
  }

  override async destroy(...args: Parameters<EmbeddedRuntime["destroy"]>): ReturnType<EmbeddedRuntime["destroy"]> {
    await this.hooks.beforeDestroy?.();
    return super.destroy(...args);
  }
}

/** Everything that a server puts together, on a home of its own, without HTTP. */
export class Harness {
  readonly home: string;
  readonly store: Store;
  readonly runtime: EmbeddedRuntime;
  readonly engine: OperationEngine;
  readonly services: ReturnType<typeof createServices>;
  readonly world: World;
  readonly hooks: Hooks;
  readonly #folders: string[] = [];

  private constructor(home: string, hooks: Hooks, runtime: EmbeddedRuntime, world: World) {
    this.home = home;
    this.hooks = hooks;
    this.runtime = runtime;
    this.world = world;
    this.store = world.store;
    this.engine = new OperationEngine({ store: world.store, kinds: operationKinds(world), exclusive: true });
    this.services = createServices(world, new MetricsCollector(world, { warn: () => undefined }));
  }

  static async open(): Promise<Harness> {
    const home = mkdtempSync(path.join(tmpdir(), "heddle-kinds-"));
    const store = await openStore({ url: `sqlite:${path.join(home, "heddle.db")}` });
    const keys = openKeyStore(store, await localMasterKey(path.join(home, "master.key")));
    const hooks: Hooks = {};
    const runtime = new HookedRuntime(home, hooks);
    return new Harness(
      home,
      hooks,
      runtime,
      new World({ store, keys, runtimes: new Map([["embedded", runtime]]), scenarios: fixtures, backups: path.join(home, "backups") }),
    );
  }

  /** Submits an operation and waits for its end. */
  async run(kind: string, input: unknown, network: string): Promise<OperationRecord> {
    return this.engine.wait(await this.engine.submit(kind, input, { network }));
  }

  /** As {@link run}; fails where the operation does. */
  async succeed(kind: string, input: unknown, network: string): Promise<OperationRecord> {
    const operation = await this.run(kind, input, network);
    if (operation.state !== "succeeded") throw new Error(`${kind} ${operation.state}: ${JSON.stringify(operation.error)}`);
    return operation;
  }

  /** Creates a network of a preset; without `chaincode`, with the tiny one. */
  async create(preset: PresetName, name: string, options: { chaincode?: string; change?: (spec: NetworkFileInput["spec"]) => void } = {}) {
    const file = presetNetwork(preset, { name, chaincode: options.chaincode ?? "tiny" });
    return this.succeed("network.create", { spec: changed(file, options.change) }, name);
  }

  /** Waits until a step of an operation is in a state. */
  async step(operation: string, step: string, state: string): Promise<void> {
    for (;;) {
      const news = Promise.withResolvers<void>();
      const unsubscribe = this.store.onEvents(() => news.resolve());
      const { steps, state: over } = await this.engine.get(operation);
      if (steps.some((one) => one.name === step && one.state === state)) return unsubscribe();
      if (!["queued", "running", "undoing"].includes(over)) throw new Error(`the operation ${over} before ${step} was ${state}`);
      await news.promise;
      unsubscribe();
    }
  }

  /** A folder of chaincode that a test changes: a copy of a fixture outside the repository. */
  chaincode(fixture: string): { readonly folder: string; readonly write: (source: string) => void } {
    const folder = mkdtempSync(path.join(tmpdir(), "heddle-chaincode-"));
    this.#folders.push(folder);
    cpSync(path.join(fixtures, fixture), folder, { recursive: true });
    symlinkSync(modules, path.join(folder, "node_modules"));
    return { folder, write: (source) => writeFileSync(path.join(folder, "index.cjs"), source) };
  }

  /** Calls a function of a chaincode. */
  async evaluate(network: string, chaincode: string, name: string, ...args: string[]): Promise<string> {
    const { payload } = await this.services.evaluate(network, chaincode, { function: name, args });
    return Buffer.from(payload).toString();
  }

  /** All rows of all tables that have any. */
  rows(): Record<string, Record<string, unknown>[]> {
    const database = new DatabaseSync(path.join(this.home, "heddle.db"), { readOnly: true });
    try {
      const tables = database.prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'").all();
      const entries = tables.map(({ name }) => [String(name), database.prepare(`select * from "${String(name)}"`).all()] as const);
      return Object.fromEntries(entries.filter(([, rows]) => rows.length > 0));
    } finally {
      database.close();
    }
  }

  /** Processes of a network, by role. */
  async processes(network: string): Promise<string[]> {
    return (await this.runtime.inventory(network)).filter(({ kind }) => kind === "process").map(({ detail }) => detail);
  }

  /** Ends a process of a network as a crash would. */
  async kill(network: string, role: string): Promise<void> {
    const found = (await this.runtime.inventory(network)).find(({ kind, detail }) => kind === "process" && detail === role);
    if (found === undefined) throw new Error(`no process ${role}`);
    process.kill(Number(found.id), "SIGKILL");
    while ((await this.runtime.inventory(network)).some(({ kind, id }) => kind === "process" && id === found.id))
      await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async close(): Promise<void> {
    for (const key of Object.keys(this.hooks)) delete this.hooks[key as keyof Hooks];
    await this.engine.close();
    await this.services.close();
    for (const { name } of await this.store.networks.list()) await this.runtime.destroy(name);
    await this.store.close();
    for (const folder of [this.home, ...this.#folders]) rmSync(folder, { recursive: true, force: true });
  }
}

/** A network file with changes made to its specification. */
export function changed(file: NetworkFile, change: ((spec: NetworkFileInput["spec"]) => void) | undefined): NetworkFile {
  const copy = structuredClone(file) as NetworkFileInput;
  change?.(copy.spec);
  return validateNetwork(copy);
}

/** What people see of a failed operation. */
export function failureOf(operation: OperationRecord): OperationFailure {
  if (operation.error === undefined) throw new Error(`the operation ${operation.state} without an error`);
  return operation.error as OperationFailure;
}

/** The tiny contract, made to tell another source. */
export function tinySource(source: string): string {
  return readFileSync(path.join(fixtures, "tiny/index.cjs"), "utf8").replace('"first"', JSON.stringify(source));
}
