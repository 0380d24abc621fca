import { once } from "node:events";
import { mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { runtimeErrors } from "../errors.ts";
import { PortGuard } from "./port-guard.ts";

/** Above the registered services people use, below the range from which Linux takes ports for outgoing connections. */
const FIRST = 21_000;
const LAST = 29_999;
const HOST = "127.0.0.1";

/** A port held for a network. */
export interface PortLease {
  readonly port: number;
  readonly network: string;
  /** What the network uses it for. */
  readonly holder: string;
}

/**
 * Ports held for networks, as one symbolic link a port, named by the port and pointing at
 * `NETWORK:HOLDER`. A link is made whole or not at all and never over another (as Emacs and Firefox
 * lock files), so two processes of one home never get the same port, and one killed at any moment
 * leaves nothing half-written. Other homes are kept away by a {@link PortGuard} until the port is listened on.
 */
export class PortLeases {
  readonly #folder: string;
  readonly #guard = new PortGuard();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Leases `holders.length` ports, one for each holder. Throws RUNTIME_PORTS_EXHAUSTED, holding none. */
  async lease(network: string, holders: readonly string[]): Promise<Map<string, number>> {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const leased = new Map<string, number>();
    const size = LAST - FIRST + 1;
    const start = Math.floor(Math.random() * size);
    for (let tried = 0; tried < size && leased.size < holders.length; tried += 1) {
      const port = FIRST + ((start + tried) % size);
      const holder = holders[leased.size];
      if (holder !== undefined && (await this.#claim({ port, network, holder }))) leased.set(holder, port);
    }
    if (leased.size === holders.length) return leased;
    await this.#giveBack(leased.values());
    throw runtimeErrors.create("RUNTIME_PORTS_EXHAUSTED", { count: holders.length, from: FIRST, to: LAST });
  }

  /** Leases these very ports, unless the network has them for the same already. Throws RUNTIME_PORT_TAKEN, holding none that it did not hold. */
  async leaseExactly(network: string, wanted: ReadonlyMap<string, number>): Promise<void> {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const leased: number[] = [];
    for (const [holder, port] of wanted) {
      if (this.#target(String(port)) === `${network}:${holder}`) continue;
      if (await this.#claim({ port, network, holder })) {
        leased.push(port);
        continue;
      }
      await this.#giveBack(leased);
      throw runtimeErrors.create("RUNTIME_PORT_TAKEN", { port, holder, network });
    }
  }

  async #claim({ port, network, holder }: PortLease): Promise<boolean> {
    try {
      symlinkSync(`${network}:${holder}`, this.#file(port));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
      throw error;
    }
    if ((await this.#guard.take(port)) && (await isFree(port))) return true;
    await this.#giveBack([port]);
    return false;
  }

  async #giveBack(ports: Iterable<number>): Promise<void> {
    const all = [...ports];
    for (const port of all) rmSync(this.#file(port), { force: true });
    await this.#guard.release(all);
  }

  #file(port: number): string {
    return path.join(this.#folder, String(port));
  }

  /** Keeps leased ports from other homes while what will listen on them starts. */
  async guard(ports: Iterable<number>): Promise<void> {
    for (const port of ports) await this.#guard.take(port);
  }

  /** Ends {@link guard}, and what {@link lease} guarded: the ports are listened on, or will not be. */
  settled(ports: Iterable<number>): Promise<void> {
    return this.#guard.release(ports);
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
      const target = this.#target(name);
      const colon = target.indexOf(":");
      const port = Number(name);
      return colon < 0 || !Number.isInteger(port) ? [] : [{ port, network: target.slice(0, colon), holder: target.slice(colon + 1) }];
    });
  }

  /** Empty when the link was taken away meanwhile, or is none: then it is nobody's lease. */
  #target(name: string): string {
    try {
      return readlinkSync(path.join(this.#folder, name));
    } catch {
      return "";
    }
  }

  /** Gives back the leases of a network, or only those of one holder. */
  async release(network: string, holder?: string): Promise<void> {
    const leases = this.of(network).filter((lease) => holder === undefined || lease.holder === holder);
    await this.#giveBack(leases.map(({ port }) => port));
  }
}

/** Whether nobody listens on a port of this machine. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, HOST);
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
