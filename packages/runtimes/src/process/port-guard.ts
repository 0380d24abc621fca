import { once } from "node:events";
import { createServer, type Server } from "node:net";

/**
 * Ports that this process has chosen and nobody listens on yet, kept from every other Heddle of the
 * machine, whatever its home or user: one abstract Unix socket a port (unix(7)), which the kernel
 * hands to one process only and takes back when that process ends, however it ends.
 */
export class PortGuard {
  readonly #held = new Map<number, Server>();

  /** Whether the port is this process's now; false when another process, or this one, has it. */
  async take(port: number): Promise<boolean> {
    if (this.#held.has(port)) return false;
    const server = createServer();
    this.#held.set(port, server);
    try {
      server.listen({ path: `\0heddle/port/${port}` });
      await once(server, "listening");
      server.unref();
      return true;
    } catch {
      this.#held.delete(port);
      return false;
    }
  }

  /** Gives ports back: they are listened on, or not wanted any more. */
  async release(ports: Iterable<number>): Promise<void> {
    await Promise.all([...ports].map((port) => this.#close(port)));
  }

  async #close(port: number): Promise<void> {
    const server = this.#held.get(port);
    if (server === undefined) return;
    this.#held.delete(port);
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
  }
}
