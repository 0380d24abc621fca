import { isHeddleError, type HeddleError, type Problem } from "@heddle/network";
import { asCalled } from "./called.ts";
import { cliErrors } from "./errors.ts";
import { exitCodes } from "./exit-codes.ts";

const UNREACHABLE: ReadonlySet<string> = new Set(["API_UNREACHABLE", "CLI_SERVER_NOT_STARTED", "CLI_SERVER_SILENT"]);
const INTERRUPTED: ReadonlySet<string> = new Set(["CLI_INTERRUPTED", "CLI_OPERATION_GOES_ON"]);

/** Writes an error with its code, its problems and the next step; as JSON where that was asked for. */
export function report(error: unknown, json: boolean, stream: NodeJS.WritableStream): void {
  const shown = isHeddleError(error) ? error : internal(error);
  stream.write(json ? `${JSON.stringify({ error: toJson(shown) })}\n` : formatError(shown));
  if (process.env["HEDDLE_DEBUG"] === "1" && error instanceof Error) stream.write(`${error.stack ?? ""}\n`);
}

/** Reports a command line that makes no sense; `command` is the one whose help says how it goes. */
export function reportUsage(message: string, command: string, json: boolean, stream: NodeJS.WritableStream): void {
  const reason = message.replace(/^error: /, "").replaceAll(/\s*\n\s*/g, " ");
  report(cliErrors.create("CLI_USAGE", { reason, command }), json, stream);
}

/** The exit code for an error. */
export function exitCodeOf(error: unknown): number {
  if (!isHeddleError(error)) return exitCodes.failed;
  if (INTERRUPTED.has(error.code)) return exitCodes.interrupted;
  if (UNREACHABLE.has(error.code)) return exitCodes.unreachable;
  if (error.status === 404) return exitCodes.notFound;
  if ([400, 413, 415, 422].includes(error.status)) return exitCodes.usage;
  return exitCodes.failed;
}

function formatError(error: HeddleError): string {
  const problems = error.problems.map((problem) => `  ${formatProblem(problem)}\n`).join("");
  return `error ${error.code}: ${asCalled(error.message)}\n${problems}next: ${asCalled(error.next)}\n`;
}

function formatProblem({ path, message, suggestion, line }: Problem): string {
  const place = [path === "" ? "the file" : path, ...(line === undefined ? [] : [`(line ${line})`])].join(" ");
  return `${place} ${message}${suggestion === undefined ? "" : `; ${suggestion}`}`;
}

function toJson({ code, message, next, problems }: HeddleError): object {
  return { code, message, next, problems };
}

function internal(error: unknown): HeddleError {
  return cliErrors.create("CLI_INTERNAL", { reason: error instanceof Error ? error.message : String(error) }, { cause: error });
}
