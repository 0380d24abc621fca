import type { MethodDefinition } from "@grpc/grpc-js";
import type { SigningIdentity } from "../msp/signing-identity.ts";
import { createSeekEnvelope, type SeekRange } from "../protocol/envelopes.ts";
import { fabricErrors } from "../errors.ts";
import { common } from "../wire.ts";
import type { NodeChannel } from "./channel.ts";
import { describeServiceError } from "./failure.ts";

interface StatusOrItem<Item> {
  readonly status?: common.Status;
  readonly item?: Item;
}

/** What to read, as whom, and when to stop. */
export interface BlockRequest extends SeekRange {
  readonly channelId: string;
  readonly identity: SigningIdentity;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a stream of blocks until its end, or until the consumer stops or the signal fires. Throws `FABRIC_REFUSED`
 * for any status but SUCCESS, `FABRIC_UNREACHABLE` when the node is not there or goes away.
 */
export async function* readBlocks<Response, Item>(
  channel: NodeChannel,
  method: MethodDefinition<common.Envelope, Response>,
  request: BlockRequest,
  read: (response: Response) => StatusOrItem<Item>,
): AsyncGenerator<Item> {
  const seek = await createSeekEnvelope(request.channelId, request, request.identity);
  const aborted = (): boolean => request.signal?.aborted === true;
  if (aborted()) return;
  const stream = channel.stream(method);
  const cancel = (): void => stream.cancel();
  request.signal?.addEventListener("abort", cancel, { once: true });
  try {
    stream.write(seek);
    for await (const response of stream as AsyncIterable<Response>) {
      const { status, item } = read(response);
      if (item !== undefined) yield item;
      else if (status === common.Status.SUCCESS) return;
      else
        throw fabricErrors.create("FABRIC_REFUSED", {
          address: channel.address,
          reason: `the stream of blocks ended with ${common.Status[status ?? 0] ?? String(status)}`,
        });
    }
    if (aborted()) return;
    throw fabricErrors.create("FABRIC_UNREACHABLE", { address: channel.address, reason: "the stream of blocks broke off" });
  } catch (error) {
    if (aborted()) return;
    throw isServiceError(error) ? describeServiceError(channel.address, error) : error;
  } finally {
    request.signal?.removeEventListener("abort", cancel);
    stream.cancel();
  }
}

function isServiceError(error: unknown): error is Parameters<typeof describeServiceError>[1] {
  return error instanceof Error && "code" in error && "metadata" in error && "details" in error;
}
