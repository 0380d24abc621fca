import type { IndexedBlock } from "../explorer-types.ts";
import type { RepositoryContext } from "../internal/context.ts";

// A transaction states its time itself, and blocks are in the order of commits, so times only nearly ascend. Two
// columns make a span of time a range of blocks all the same: `high_at` is the latest time of all blocks up to one,
// which never falls, and `late` marks the few blocks that hold something much older than what came before.

/** How much older than the latest time before it a transaction may be before its block is marked late. Milliseconds. */
const SLACK_MS = 60_000;

/** What is kept of a block beside its own time. */
export interface BlockTimes {
  readonly firstAt: number | null;
  readonly highAt: number;
  readonly late: boolean;
}

/** Times of blocks that follow each other; `high` is the latest time before them. */
export function* timesOf(blocks: readonly Pick<IndexedBlock, "firstAt" | "at">[], high: number): Generator<BlockTimes> {
  let highAt = high;
  for (const { at, firstAt } of blocks) {
    const first = firstAt?.getTime() ?? null;
    const late = first !== null && first < highAt - SLACK_MS;
    highAt = Math.max(highAt, at?.getTime() ?? 0);
    yield { firstAt: first, highAt, late };
  }
}

/** Blocks that may hold transactions of a time: those of a range, and late ones behind it. */
export interface BlockSpan {
  readonly lowest: number | undefined;
  readonly highest: number | undefined;
}

/** The range of blocks outside of which only late ones hold transactions between two times; undefined where there is none. */
export async function spanOf(
  { db }: RepositoryContext,
  channel: number,
  from: Date | undefined,
  to: Date | undefined,
): Promise<BlockSpan | undefined> {
  const firstWith = async (time: number): Promise<number | undefined> => {
    const row = await db
      .selectFrom("explorer_blocks")
      .select("number")
      .where("channel", "=", channel)
      .where("high_at", ">=", time)
      .orderBy("high_at")
      .orderBy("number")
      .limit(1)
      .executeTakeFirst();
    return row?.number;
  };
  const lowest = from === undefined ? undefined : await firstWith(from.getTime());
  if (from !== undefined && lowest === undefined) return undefined;
  return { lowest, highest: to === undefined ? undefined : await firstWith(to.getTime() + SLACK_MS + 1) };
}
