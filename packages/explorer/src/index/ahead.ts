/**
 * The items of a generator, of which the next is made while one is used. `end` is called when no more are wanted, and
 * has to let the generator come to an end though it waits for something.
 */
export async function* ahead<Item>(items: AsyncGenerator<Item>, end: () => void): AsyncGenerator<Item> {
  let next = items.next();
  try {
    for (let result = await next; result.done !== true; result = await next) {
      next = items.next();
      // It is for whoever asks next to see the failure.
      next.catch(() => undefined);
      yield result.value;
    }
  } finally {
    end();
    await items.return(undefined);
  }
}
