/** What of a name is under way since a piece of work had it alone. */
interface Row {
  /** That piece. */
  readonly alone: Promise<unknown>;
  /** The last piece of each part. */
  readonly parts: Map<string, Promise<unknown>>;
  /** Pieces that are not over. */
  waiting: number;
}

/** Lets one piece of work at a time have a name, or several that concern different parts of it; others wait for their turn, in order. */
export class Turns {
  readonly #rows = new Map<string, Row>();

  /** Runs `work` when all work before it under this name is over, however it ended. */
  take<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#rows.get(name);
    const turn = after(before === undefined ? [] : [before.alone, ...before.parts.values()], work);
    return this.#over(name, { alone: turn, parts: new Map(), waiting: 0 }, turn);
  }

  /** Runs `work` beside that of other parts of the name: when what took the whole name before is over, and the work of this part. */
  share<Result>(name: string, part: string, work: () => Promise<Result>): Promise<Result> {
    const row = this.#rows.get(name) ?? { alone: Promise.resolve(), parts: new Map<string, Promise<unknown>>(), waiting: 0 };
    const turn = after([row.parts.get(part) ?? row.alone], work);
    row.parts.set(part, turn);
    return this.#over(name, row, turn);
  }

  async #over<Result>(name: string, row: Row, turn: Promise<Result>): Promise<Result> {
    this.#rows.set(name, row);
    row.waiting += 1;
    try {
      return await turn;
    } finally {
      row.waiting -= 1;
      if (row.waiting === 0 && this.#rows.get(name) === row) this.#rows.delete(name);
    }
  }
}

async function after<Result>(before: ReadonlyArray<Promise<unknown>>, work: () => Promise<Result>): Promise<Result> {
  await Promise.allSettled(before);
  return work();
}
