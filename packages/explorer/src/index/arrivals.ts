import type { common } from "@heddle/fabric/wire";

/**
 * Groups the blocks of a stream: as many as have arrived, up to a limit. While one group is written the
 * next ones arrive, two limits' worth at most, so that memory does not grow with what waits.
 */
export async function* arrivals(
  follow: (signal: AbortSignal) => AsyncIterable<common.Block>,
  limit: { readonly blocks: number; readonly transactions: number },
): AsyncGenerator<readonly common.Block[]> {
  const waiting: common.Block[] = [];
  let transactions = 0;
  let over = false;
  let failure: { readonly error: unknown } | undefined;
  let arrived = Promise.withResolvers<void>();
  let taken = Promise.withResolvers<void>();
  const full = (): boolean => waiting.length >= limit.blocks * 2 || transactions >= limit.transactions * 2;
  const stop = new AbortController();
  const iterator = follow(stop.signal)[Symbol.asyncIterator]();
  const fill = async (): Promise<void> => {
    try {
      for (let next = await iterator.next(); next.done !== true && !over; next = await iterator.next()) {
        waiting.push(next.value);
        transactions += next.value.data?.data.length ?? 0;
        arrived.resolve();
        while (full() && !over) await taken.promise;
      }
    } catch (error) {
      failure = { error };
    }
    over = true;
    arrived.resolve();
  };
  const filling = fill();
  try {
    for (;;) {
      await arrived.promise;
      const group = take(waiting, limit);
      transactions -= group.reduce((sum, block) => sum + (block.data?.data.length ?? 0), 0);
      if (waiting.length === 0 && !over) arrived = Promise.withResolvers();
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

function take(waiting: common.Block[], limit: { readonly blocks: number; readonly transactions: number }): common.Block[] {
  let count = 0;
  for (let transactions = 0; count < waiting.length && count < limit.blocks && transactions < limit.transactions; count += 1)
    transactions += waiting[count]?.data?.data.length ?? 0;
  return waiting.splice(0, count);
}
