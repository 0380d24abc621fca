import type { IncomingMessage } from "node:http";

/** How much of a body that is too large is read and dropped. */
const DROPPED = 64;

/**
 * A request's body; undefined when it is larger than `limit` bytes. What is too large is read to its end and dropped:
 * a client that is cut off while it sends does not see the answer. The connection ends at 64 times the limit.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  let chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= limit) chunks.push(chunk as Buffer);
    else chunks = [];
    if (size > DROPPED * limit) break;
  }
  return size > limit ? undefined : Buffer.concat(chunks);
}
