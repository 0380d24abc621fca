import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import path from "node:path";
import { runtimeErrors } from "../errors.ts";

const FIRST = 21_000;
const LAST = 29_999;

/** A port held for a network. */
export interface PortLease {
  readonly port: number;
  readonly network: string;
  readonly holder: string;
}

/**
 * Ports held by lease files, one a port, made only where there is none: two servers, or two
 * operations, never get the same. A port that some other program has is passed over.
 */
export class PortLeases {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Leases `holders.length` ports, one for each holder. Throws RUNTIME_PORTS_EXHAUSTED, holding none. */
  async lease(network: string, holders: readonly string[]): Promise<Map<string, number>> {
    mkdirSync(this.#folder, { recursive: true });
    const leased = new Map<string, number>();
    const size = LAST - FIRST + 1;
    const start = Math.floor(Math.random() * size);
    for (let tried = 0; tried < size && leased.size < holders.length; tried += 1) {
      const port = FIRST + ((start + tried) % size);
      const holder = holders[leased.size];
      if (holder === undefined || !this.#claim(port, { port, network, holder })) continue;
      if (await isFree(port)) leased.set(holder, port);
      else this.#release(port);
    }
    if (leased.size === holders.length) return leased;
    for (const port of leased.values()) this.#release(port);
    throw runtimeErrors.create("RUNTIME_PORTS_EXHAUSTED", { count: holders.length, from: FIRST, to: LAST });
  }

  #claim(port: number, lease: PortLease): boolean {
    let file: number;
    try {
      file = openSync(path.join(this.#folder, String(port)), "wx", 0o600);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
      throw error;
    }
    writeSync(file, JSON.stringify(lease));
    closeSync(file);
    return true;
  }

  #release(port: number): void {
    rmSync(path.join(this.#folder, String(port)), { force: true });
  }

  /** The leases of a network. */
  of(network: string): PortLease[] {
    return this.#all().filter((lease) => lease.network === network);
  }

  #all(): PortLease[] {
    let names: string[];
    try {
      names = readdirSync(this.#folder);
    } catch {
      return [];
    }
    return names.flatMap((name) => {
      try {
        return [JSON.parse(readFileSync(path.join(this.#folder, name), "utf8")) as PortLease];
      } catch {
        // A process was killed between making the file and writing it: nobody holds the port.
        this.#release(Number(name));
        return [];
      }
    });
  }

  /** Gives back the leases of a network, or only those of one holder. */
  release(network: string, holder?: string): PortLease[] {
    const leases = this.of(network).filter((lease) => holder === undefined || lease.holder === holder);
    for (const { port } of leases) this.#release(port);
    return leases;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
  }
}
