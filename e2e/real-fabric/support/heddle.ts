import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runProgram, type Outcome } from "./tools.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const main = path.join(root, "apps", "cli", "src", "main.ts");

/** Quotes a text for a POSIX shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The `heddle` command with a home of its own; the server that it starts ends with it. */
export class Heddle implements AsyncDisposable {
  readonly home = mkdtempSync(path.join(tmpdir(), "heddle-home-"));
  readonly #command = [process.execPath, "--conditions=@heddle/source", "--disable-warning=ExperimentalWarning", main];
  readonly #networks = new Set<string>();
  readonly #environments = new Map<string, string>();

  /** Runs a command. Throws with what it said when it fails. */
  async run(...args: readonly string[]): Promise<string> {
    const [program = "", ...first] = this.#command;
    const outcome = await runProgram(program, [...first, ...args], { env: { HEDDLE_HOME: this.home }, timeoutMs: 60_000 });
    if (outcome.code !== 0) throw new Error(`heddle ${args.join(" ")} ended with ${outcome.code}:\n${outcome.stderr}\n${outcome.stdout}`);
    return outcome.stdout;
  }

  /** Makes a network of two organisations without chaincode. */
  async createNetwork(name: string): Promise<void> {
    this.#networks.add(name);
    await this.run("network", "create", name, "--preset", "consortium", "--scenario", "none");
  }

  /**
   * Runs a script in a POSIX shell after `eval "$(heddle env NETWORK --org ORGANISATION)"`, as a person would type it.
   * What `heddle env` prints is asked for once an organisation. Fabric's programs are found in `programs`.
   */
  async shell(network: string, organization: string, programs: string, script: string, cwd: string): Promise<Outcome> {
    const key = `${network} ${organization}`;
    const printed = this.#environments.get(key) ?? (await this.run("env", network, "--org", organization));
    this.#environments.set(key, printed);
    const lines = [
      `set -eu`,
      `heddle() { printf '%s' ${quote(printed)}; }`,
      `eval "$(heddle env ${network} --org ${organization})"`,
      script,
    ];
    const env = { HEDDLE_HOME: this.home, PATH: `${programs}:${process.env["PATH"] ?? ""}` };
    return runProgram("/bin/sh", ["-c", lines.join("\n")], { env, cwd, timeoutMs: 60_000 });
  }

  /** Deletes the networks and stops the server, which is what ends every process of this home. */
  async [Symbol.asyncDispose](): Promise<void> {
    const problems: unknown[] = [];
    const attempt = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => problems.push(error));
    for (const network of this.#networks) await attempt(this.run("network", "delete", network, "--yes"));
    await attempt(this.run("down"));
    if (problems.length > 0) throw new AggregateError(problems, `the server's log:\n${this.#serverLog()}`);
    rmSync(this.home, { recursive: true, force: true });
  }

  #serverLog(): string {
    try {
      return readFileSync(path.join(this.home, "logs", "server.log"), "utf8").slice(-4000);
    } catch {
      return "(none)";
    }
  }
}
