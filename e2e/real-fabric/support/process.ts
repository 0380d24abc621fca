import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** Tries until something is there. Throws with `what` at the deadline; `failed` ends the wait early. */
export async function poll<Value>(
  what: string,
  look: () => Value | undefined | Promise<Value | undefined>,
  options: { readonly timeoutMs?: number; readonly everyMs?: number; readonly failed?: () => string | undefined } = {},
): Promise<Value> {
  const deadline = Date.now() + (options.timeoutMs ?? 30_000);
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    const reason = options.failed?.();
    if (reason !== undefined) throw new Error(`${what}: ${reason}`);
    if (Date.now() > deadline) throw new Error(`${what}: not within ${(options.timeoutMs ?? 30_000) / 1000} s`);
    await pause(options.everyMs ?? 50);
  }
}

/** Whether somebody listens on a loopback port. */
export function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

/** A program that runs until it is stopped, its output in a file. */
export class BackgroundProcess {
  readonly #child: ChildProcess;
  readonly #log: string;

  private constructor(child: ChildProcess, log: string) {
    this.#child = child;
    this.#log = log;
  }

  static start(
    program: string,
    args: readonly string[],
    options: { cwd: string; log: string; env: Record<string, string> },
  ): BackgroundProcess {
    const output = openSync(options.log, "a", 0o600);
    const { PATH = "", HOME = "" } = process.env;
    const child = spawn(program, args, { cwd: options.cwd, env: { PATH, HOME, ...options.env }, stdio: ["ignore", output, output] });
    closeSync(output);
    return new BackgroundProcess(child, options.log);
  }

  /** What it has written. */
  get output(): string {
    return readFileSync(this.#log, "utf8");
  }

  /** Why it no longer runs. */
  get ended(): string | undefined {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) return undefined;
    return `it ended with ${signalCode ?? `code ${exitCode}`}:\n${this.output.split("\n").slice(-20).join("\n")}`;
  }

  /** Waits until its output holds a text. */
  async says(text: string, timeoutMs = 30_000): Promise<void> {
    await poll(`waiting for "${text}" in ${this.#log}`, () => (this.output.includes(text) ? true : undefined), {
      timeoutMs,
      failed: () => this.ended,
    });
  }

  /** Ends it: asked first, then killed. */
  async stop(): Promise<void> {
    if (this.ended !== undefined) return;
    const exit = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 5_000);
    await exit;
    clearTimeout(timer);
  }
}
