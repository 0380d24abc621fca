import type { Client, Operation, OperationDetail, Proof } from "@heddle/api";
import type { Invocation } from "./command.ts";
import { asCalled } from "./called.ts";
import { follow } from "./follow.ts";
import { backupLines } from "./render/backups.ts";
import { isImport, leftOutLines } from "./render/imports.ts";
import { proofLines } from "./render/proof.ts";
import { isReceipt, receiptLines, removedLines, type Receipt } from "./render/receipt.ts";
import { seconds, shortId } from "./render/values.ts";

/** Follows an accepted operation and shows how it ended; with `--no-wait` says only that it was accepted. */
export async function finish(invocation: Invocation, client: Client, operation: Operation, since?: string): Promise<void> {
  const { output, options, signal } = invocation;
  if (options["wait"] === false) {
    const next = `follow it with: heddle operations watch ${shortId(operation.id)}`;
    output.result({ operation }, () => `${operation.summary}: accepted as ${operation.id}\n${asCalled(next)}\n`);
    return;
  }
  output.note(operation.summary);
  const ended = await follow(client, operation, { output, signal, since });
  output.result({ operation: ended }, () => endText(ended));
}

/** How an operation ended, in lines: its summary and time, and its proof or receipt. */
export function endText(operation: OperationDetail): string {
  const lines = [`${operation.summary}: ${operation.state} in ${seconds(operation.seconds)}`, ...resultLines(operation.result)];
  return lines.map((line) => `${line}\n`).join("");
}

function resultLines(result: unknown): string[] {
  if (typeof result !== "object" || result === null) return [];
  if (isReceipt(result)) return receiptLines(result);
  if (isImport(result)) return leftOutLines(result);
  if ("proof" in result) return [...backupLines(result), ...proofLines(result.proof as Proof | undefined)];
  if ("channels" in result && Array.isArray(result.channels)) {
    const { removed } = result as Partial<Receipt>;
    return [...proofLines(result as Proof), ...(removed === undefined ? [] : removedLines(removed))];
  }
  return [];
}
