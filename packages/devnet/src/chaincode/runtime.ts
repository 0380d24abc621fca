import type { handleBidiStreamingCall } from "@grpc/grpc-js";
import type { peer } from "@heddle/fabric/wire";
import type { Logger } from "pino";
import { dialChaincode, readConnection } from "./dial.ts";
import type { PackageStore } from "./package-store.ts";
import { ChaincodeStream, type ChaincodeWire } from "./stream.ts";
import { ChaincodeFailure, type ChaincodeResult, type ChaincodeTransaction } from "./transaction.ts";

/** What a runtime has to be told. */
export interface RuntimeOptions {
  /** How long a function may run. */
  readonly executeTimeoutMs: number;
  /** How long chaincode may take to register. */
  readonly startupTimeoutMs: number;
  readonly logger: Logger;
}

/**
 * The chaincode of one peer: a stream per package, opened by dialling the service that the package
 * names when it is first needed, or registered by chaincode that dialled the peer.
 */
export class ChaincodeRuntime {
  readonly #packages: PackageStore;
  readonly #options: RuntimeOptions;
  readonly #logger: Logger;
  readonly #streams = new Map<string, ChaincodeStream>();
  readonly #dialling = new Map<string, Promise<ChaincodeStream>>();
  readonly #waiting = new Map<string, Set<(stream: ChaincodeStream) => void>>();
  readonly #open = new Set<ChaincodeStream>();
  #closed = false;

  constructor(packages: PackageStore, options: RuntimeOptions) {
    this.#packages = packages;
    this.#options = options;
    this.#logger = options.logger;
  }

  /** Whether a package is installed, or its chaincode has dialled this peer without one. */
  canRun(packageId: string): boolean {
    return this.#packages.get(packageId) !== undefined || this.#streams.has(packageId);
  }

  /** Runs a function of a package's chaincode. Rejects with {@link ChaincodeFailure}. */
  async execute(
    packageId: string,
    type: peer.ChaincodeMessage_Type,
    input: Uint8Array,
    transaction: ChaincodeTransaction,
  ): Promise<ChaincodeResult> {
    const stream = await this.#stream(packageId);
    return stream.execute(type, input, transaction);
  }

  #stream(packageId: string): Promise<ChaincodeStream> {
    const live = this.#streams.get(packageId);
    if (live !== undefined) return Promise.resolve(live);
    const dialling = this.#dialling.get(packageId);
    if (dialling !== undefined) return dialling;
    const started = this.#start(packageId).finally(() => this.#dialling.delete(packageId));
    this.#dialling.set(packageId, started);
    return started;
  }

  async #start(packageId: string): Promise<ChaincodeStream> {
    const installed = this.#packages.get(packageId);
    if (installed === undefined) return this.#awaitRegistration(packageId);
    try {
      const connection = readConnection(installed.content);
      return await this.#dial(packageId, () => connection);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ChaincodeFailure(`could not launch chaincode ${packageId}: ${reason}`, { cause: error });
    }
  }

  async #dial(packageId: string, connection: () => ReturnType<typeof readConnection>): Promise<ChaincodeStream> {
    const registered = Promise.withResolvers<ChaincodeStream>();
    const handlers: { stream: ChaincodeStream | undefined } = { stream: undefined };
    const wire = await dialChaincode(connection(), {
      message: (message) => handlers.stream?.receive(message),
      ended: (reason) => {
        handlers.stream?.ended();
        registered.reject(new Error(reason));
      },
    }).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`connection to ${packageId} failed: error cannot create connection for ${packageId}: ${reason}`, { cause });
    });
    const stream = this.#attach(wire, packageId);
    handlers.stream = stream.handler;
    stream.ready.then(registered.resolve, registered.reject);
    // Chaincode that says nothing must not keep every transaction waiting for ever.
    const timer = setTimeout(() => {
      registered.reject(startupTimeout(packageId));
      stream.handler.close();
    }, this.#options.startupTimeoutMs);
    return registered.promise.finally(() => clearTimeout(timer));
  }

  /** Makes a stream; with `expected`, chaincode has to register as that package. */
  #attach(wire: ChaincodeWire, expected?: string): { handler: ChaincodeStream; ready: Promise<ChaincodeStream> } {
    const ready = Promise.withResolvers<ChaincodeStream>();
    // A refusal is reported where the stream is awaited; a stream that nobody awaits must not end the process.
    ready.promise.catch(() => undefined);
    let registered: string | undefined;
    const handler: ChaincodeStream = new ChaincodeStream(
      wire,
      {
        register: (name) => {
          if (expected !== undefined && name !== expected) throw new Error(`chaincode registered as ${name}, but ${expected} was dialled`);
          if (expected === undefined) this.#requireExpected(name);
          const id = name;
          if (this.#streams.has(id)) throw new Error(`duplicate chaincodeID: ${id}`);
          registered = id;
        },
        ready: () => {
          if (registered === undefined) return;
          this.#streams.set(registered, handler);
          ready.resolve(handler);
          for (const wake of this.#waiting.get(registered) ?? []) wake(handler);
          this.#waiting.delete(registered);
          this.#logger.info({ packageId: registered }, "chaincode is ready");
        },
        ended: () => {
          this.#open.delete(handler);
          if (registered !== undefined && this.#streams.get(registered) === handler) {
            this.#streams.delete(registered);
            this.#logger.info({ packageId: registered }, "chaincode is gone");
          }
          ready.reject(new Error("chaincode registration failed: the stream ended"));
        },
      },
      this.#options,
    );
    this.#open.add(handler);
    return { handler, ready: ready.promise };
  }

  /** Chaincode that dials registers with a package id that is installed here, or in development with `name:version`. */
  #requireExpected(name: string): void {
    if (this.#packages.get(name) === undefined && !/^[A-Za-z0-9_-]+:[A-Za-z0-9_.+-]+$/.test(name)) {
      throw new Error(`peer will not accept external chaincode connection ${name} (except in dev mode)`);
    }
  }

  #awaitRegistration(packageId: string): Promise<ChaincodeStream> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(packageId) ?? new Set();
      this.#waiting.set(packageId, waiting);
      const timer = setTimeout(() => {
        waiting.delete(wake);
        reject(startupTimeout(packageId));
      }, this.#options.startupTimeoutMs);
      const wake = (stream: ChaincodeStream): void => {
        clearTimeout(timer);
        resolve(stream);
      };
      waiting.add(wake);
    });
  }

  /** The handler of `protos.ChaincodeSupport/Register`, for chaincode that dials the peer. */
  readonly register: handleBidiStreamingCall<peer.ChaincodeMessage, peer.ChaincodeMessage> = (call) => {
    if (this.#closed) {
      call.end();
      return;
    }
    const { handler } = this.#attach({ send: (message) => void call.write(message), close: () => call.end() });
    call.on("data", (message: peer.ChaincodeMessage) => handler.receive(message));
    call.on("error", () => handler.ended());
    call.on("cancelled", () => handler.ended());
    call.on("end", () => {
      handler.ended();
      call.end();
    });
  };

  /** Ends all streams; running functions fail. */
  close(): void {
    this.#closed = true;
    for (const stream of Array.from(this.#open)) stream.close();
  }
}

function startupTimeout(packageId: string): ChaincodeFailure {
  return new ChaincodeFailure(`timeout expired while starting chaincode ${packageId} for transaction`);
}
