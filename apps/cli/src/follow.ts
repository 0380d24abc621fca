import type { Client, Operation, OperationDetail } from "@heddle/api";
import { HeddleError } from "@heddle/network";
import { cliErrors } from "./errors.ts";
import type { Output } from "./output.ts";
import { Progress } from "./render/progress.ts";
import { shortId } from "./render/values.ts";

const OVER: ReadonlySet<string> = new Set(["succeeded", "failed", "cancelled"]);

/** Whether an operation is at its end. */
export function isOver({ state }: Pick<Operation, "state">): boolean {
  return OVER.has(state);
}

/** Where to show an operation. */
export interface FollowOptions {
  readonly output: Output;
  readonly signal: AbortSignal;
  /** End of an attempt before, in ISO 8601: what happened until then is not shown again. */
  readonly since?: string | undefined;
}

/**
 * Shows an operation's progress until its end, whatever that is.
 * @throws HeddleError CLI_OPERATION_GOES_ON where Ctrl-C came first.
 */
export async function watch(client: Client, { id, summary }: Operation, options: FollowOptions): Promise<OperationDetail> {
  try {
    return await untilOver(client, id, options);
  } catch (error) {
    if (!options.signal.aborted) throw error;
    throw cliErrors.create("CLI_OPERATION_GOES_ON", { summary, id: shortId(id) }, { cause: error });
  }
}

async function untilOver(client: Client, id: string, { output, signal, since = "" }: FollowOptions): Promise<OperationDetail> {
  const progress = new Progress(output);
  const stop = new AbortController();
  try {
    // From its first event on: what happened before we came is shown too.
    for await (const event of client.events({ query: { operation: id, after: 0 } }, { signal: AbortSignal.any([signal, stop.signal]) })) {
      if (event.at <= since) continue;
      progress.take(event);
      if (event.type === "operation.changed" && isOver(event.data as Operation)) {
        // A retried operation has ended before.
        const now = await client.getOperation({ params: { id } }, { signal });
        if (isOver(now)) return now;
      }
    }
    signal.throwIfAborted();
    return await client.getOperation({ params: { id } });
  } finally {
    stop.abort();
    progress.close();
  }
}

/**
 * As {@link watch}, for an operation that ought to succeed.
 * @throws HeddleError with the operation's own code where it failed, CLI_OPERATION_CANCELLED where it was cancelled.
 */
export async function follow(client: Client, operation: Operation, options: FollowOptions): Promise<OperationDetail> {
  const ended = await watch(client, operation, options);
  if (ended.state === "succeeded") return ended;
  if (ended.state === "cancelled") throw cliErrors.create("CLI_OPERATION_CANCELLED", { id: ended.id });
  const { code, message, next, step, node } = ended.error ?? {
    code: "OPERATION_STEP_FAILED",
    message: "The operation failed",
    next: `See: heddle operations watch ${ended.id}`,
  };
  const place = [step === undefined ? "" : `step ${step}`, node ?? ""].filter((part) => part !== "").join(", ");
  // Status 500: the input was accepted, so this is a failure whatever its code means elsewhere.
  throw new HeddleError(code, 500, place === "" ? message : `${message} (${place})`, next);
}
