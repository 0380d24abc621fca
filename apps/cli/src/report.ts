import { isHeddleError, type HeddleError, type Problem } from "@heddle/network";
import { cliErrors } from "./errors.ts";
import { exitCodes } from "./exit-codes.ts";

/** Writes an error with its code, its problems and the next step; as JSON where that was asked for. */
export function report(error: unknown, json: boolean, stream: NodeJS.WritableStream): void {
  const shown = isHeddleError(error) ? error : internal(error);
  stream.write(json ? `${JSON.stringify({ error: toJson(shown) })}\n` : formatError(shown));
  if (process.env["HEDDLE_DEBUG"] === "1" && error instanceof Error) stream.write(`${error.stack ?? ""}\n`);
}

/** Reports a command line that makes no sense. */
export function reportUsage(message: string, json: boolean, stream: NodeJS.WritableStream): void {
  const reason = message.replace(/^error: /, "").replaceAll(/\s*\n\s*/g, " ");
  report(cliErrors.create("CLI_USAGE", { reason }), json, stream);
}

/** The exit code for an error. */
export function exitCodeOf(error: unknown): number {
  if (!isHeddleError(error)) return exitCodes.failed;
  if (["API_UNREACHABLE", "CLI_SERVER_NOT_STARTED", "CLI_SERVER_NOT_RUNNING"].includes(error.code)) return exitCodes.unreachable;
  if (error.status === 404) return exitCodes.notFound;
  if ([400, 413, 415, 422].includes(error.status)) return exitCodes.usage;
  return exitCodes.failed;
}

function formatError(error: HeddleError): string {
  const problems = error.problems.map((problem) => `  ${formatProblem(problem)}\n`).join("");
  return `error ${error.code}: ${error.message}\n${problems}next: ${error.next}\n`;
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
