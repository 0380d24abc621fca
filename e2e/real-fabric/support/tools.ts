import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";

/** Fabric's own programs, as they are built from its source or taken from a release. */
export type FabricTool = "configtxgen" | "configtxlator" | "cryptogen" | "orderer" | "osnadmin" | "peer";

/** How a program ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a program is run with. */
export interface RunOptions {
  /** In place of the test's own environment, but for PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  /** Milliseconds until it is killed. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 60_000;

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function folders(): string[] {
  const given = process.env["HEDDLE_FABRIC_BIN"];
  if (given !== undefined && given !== "") return [given];
  return (process.env["PATH"] ?? "").split(path.delimiter).filter((folder) => folder !== "");
}

/** Where a tool is: in `HEDDLE_FABRIC_BIN` when that is set, else on PATH. */
function locate(tool: string): string | undefined {
  return folders()
    .map((folder) => path.join(folder, tool))
    .find(isProgram);
}

/** The folder of the builder for chaincode that runs as a service: beside the tools as a release has it, or `ccaas` in their folder. */
export function ccaasBuilder(): string | undefined {
  const peer = locate("peer");
  if (peer === undefined) return undefined;
  const folder = path.dirname(peer);
  return [path.join(folder, "ccaas"), path.join(folder, "..", "builders", "ccaas")].find((one) =>
    ["detect", "build", "release"].every((program) => isProgram(path.join(one, "bin", program))),
  );
}

/** Why a test that needs these programs cannot run here; `undefined` where it can. */
export function whyNoFabric(tools: readonly FabricTool[], options: { readonly ccaas?: boolean } = {}): string | undefined {
  const missing: string[] = tools.filter((tool) => locate(tool) === undefined);
  if (options.ccaas === true && ccaasBuilder() === undefined) missing.push("the ccaas builder");
  if (missing.length === 0) return undefined;
  const place = process.env["HEDDLE_FABRIC_BIN"] ?? "PATH";
  return `${missing.join(", ")} of Hyperledger Fabric not found in ${place === "PATH" ? "PATH; HEDDLE_FABRIC_BIN is not set" : place}; heddle toolchain install gets them`;
}

/** What a title says of a suite that cannot run; nothing where it can. */
export function skipped(reason: string | undefined): string {
  return reason === undefined ? "" : ` (skipped: ${reason})`;
}

/** Full path of a tool. Throws when it is not there. */
export function fabricTool(tool: FabricTool): string {
  const found = locate(tool);
  if (found === undefined) throw new Error(whyNoFabric([tool]));
  return found;
}

/** Runs a program to its end; kills it when that takes too long. */
export function runProgram(program: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { PATH = "", HOME = "" } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { PATH, HOME, ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
      timeout: options.timeoutMs ?? TIMEOUT_MS,
      killSignal: "SIGKILL",
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString("utf8");
      resolve({ code: code ?? 128, stdout: text(stdout), stderr: text(stderr) + (signal === null ? "" : `\nended by ${signal}`) });
    });
    // A program that does not read its input ends without it.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input);
  });
}

/** Runs one of Fabric's programs and gives what it printed. Throws with its own text when it fails. */
export async function runTool(tool: FabricTool, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await runProgram(fabricTool(tool), args, options);
  if (code !== 0) throw new Error(`${tool} ${args.join(" ")} ended with ${code}:\n${stderr.trim()}\n${stdout.trim()}`);
  return stdout;
}
