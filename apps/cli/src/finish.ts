import type { Client, Operation, OperationDetail, Proof } from "@heddle/api";
import type { Invocation } from "./command.ts";
import { follow } from "./follow.ts";
import { proofLines } from "./render/proof.ts";
import { seconds } from "./render/values.ts";

/** Follows an accepted operation and shows how it ended; with `--no-wait` says only that it was accepted. */
export async function finish(invocation: Invocation, client: Client, operation: Operation): Promise<void> {
  const { output, options } = invocation;
  if (options["wait"] === false) {
    output.result({ operation }, () => `${operation.summary}: accepted as ${operation.id}\n`);
    return;
  }
  output.note(`${operation.summary}`);
  const ended = await follow(client, operation, invocation);
  output.result({ operation: ended }, () => endText(ended));
}

/** How an operation ended, in lines: its summary and time, and its proof or receipt. */
export function endText(operation: OperationDetail): string {
  const lines = [`${operation.summary}: ${operation.state} in ${seconds(operation.seconds)}`, ...resultLines(operation.result)];
  return lines.map((line) => `${line}\n`).join("");
}

function resultLines(result: unknown): string[] {
  if (typeof result !== "object" || result === null) return [];
  if ("proof" in result) return proofLines(result.proof as Proof | undefined);
  if ("channels" in result && Array.isArray(result.channels)) return proofLines(result as Proof);
  if ("removed" in result && Array.isArray(result.removed)) return result.removed.map((item) => `removed ${describeItem(item)}`);
  return [];
}

function describeItem(item: unknown): string {
  if (typeof item !== "object" || item === null) return String(item);
  return Object.values(item)
    .filter((value) => typeof value === "string" || typeof value === "number")
    .join(" ");
}
