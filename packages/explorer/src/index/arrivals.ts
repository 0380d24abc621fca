import type { common } from "@heddle/fabric/wire";

/** When a group of blocks is closed. */
export interface GroupLimit {
  readonly blocks: number;
  readonly transactions: number;
  /** Milliseconds without a block after which what has arrived is a group. */
  readonly pauseMs: number;
  /** Milliseconds after its first block at which a group is closed though more keep arriving. */
  readonly longestMs: number;
}

/**
 * Groups the blocks of a stream: as many as arrive without a pause, up to a limit. What is written costs the disk
 * once a group, so a backlog makes large ones, and a block that comes alone waits for no longer than the pause.
 * While one group is written the next ones arrive, two limits' worth at most, so that memory does not grow with
 * what waits.
 */
export async function* arrivals(
  follow: (signal: AbortSignal) => AsyncIterable<common.Block>,
  limit: GroupLimit,
): AsyncGenerator<readonly common.Block[]> {
  const waiting: common.Block[] = [];
  let transactions = 0;
  let over = false;
  let failure: { readonly error: unknown } | undefined;
  let arrived = Promise.withResolvers<void>();
  let taken = Promise.withResolvers<void>();
  let whole = Promise.withResolvers<void>();
  const holds = (groups: number): boolean => waiting.length >= limit.blocks * groups || transactions >= limit.transactions * groups;
  const stop = new AbortController();
  const iterator = follow(stop.signal)[Symbol.asyncIterator]();
  const fill = async (): Promise<void> => {
    try {
      for (let next = await iterator.next(); next.done !== true && !over; next = await iterator.next()) {
        waiting.push(next.value);
        transactions += next.value.data?.data.length ?? 0;
        arrived.resolve();
        if (holds(1)) whole.resolve();
        while (holds(2) && !over) await taken.promise;
      }
    } catch (error) {
      failure = { error };
    }
    over = true;
    arrived.resolve();
    whole.resolve();
  };
  const filling = fill();
  /** Until a group is whole: full, old enough, or followed by a pause. */
  const gather = async (): Promise<void> => {
    const deadline = performance.now() + limit.longestMs;
    for (let seen = 0; !over && !holds(1) && seen !== waiting.length && performance.now() < deadline;) {
      seen = waiting.length;
      await first(whole.promise, limit.pauseMs);
    }
  };
  try {
    for (;;) {
      await arrived.promise;
      await gather();
      const group = take(waiting, limit);
      transactions -= group.reduce((sum, block) => sum + (block.data?.data.length ?? 0), 0);
      if (waiting.length === 0 && !over) arrived = Promise.withResolvers();
      if (!holds(1) && !over) whole = Promise.withResolvers();
      taken.resolve();
      taken = Promise.withResolvers();
      if (group.length > 0) yield group;
      else if (over) break;
    }
    if (failure !== undefined) throw failure.error;
  } finally {
    over = true;
    taken.resolve();
    // A stream that waits for a block would wait for ever.
    stop.abort();
    await iterator.return?.();
    await filling;
  }
}

/** Resolves with the promise, or after so many milliseconds. */
async function first(promise: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([promise, new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)))]);
  clearTimeout(timer);
}

function take(waiting: common.Block[], limit: GroupLimit): common.Block[] {
  let count = 0;
  for (let transactions = 0; count < waiting.length && count < limit.blocks && transactions < limit.transactions; count += 1)
    transactions += waiting[count]?.data?.data.length ?? 0;
  return waiting.splice(0, count);
}
