import type { RepositoryContext } from "../internal/context.ts";

/** What a term stands for. */
export type TermKind = "chaincode" | "function" | "creator" | "namespace";

/** Beyond this many the memory of numbers begins anew: a chaincode may be called with any function's name. */
const MOST_KNOWN = 50_000;

/** Numbers of terms, made where they are new. Outside the transaction that uses them: one that is rolled back must not take them along. */
export async function termIds(
  context: RepositoryContext,
  channel: number,
  wanted: Iterable<readonly [TermKind, string]>,
): Promise<(kind: TermKind, value: string) => number> {
  const ids = context.terms;
  if (ids.size > MOST_KNOWN) ids.clear();
  // The common memory may begin anew while this waits. By kind, lest a text is made for each value of each transaction.
  const own: Record<TermKind, Map<string, number>> = {
    chaincode: new Map(),
    function: new Map(),
    creator: new Map(),
    namespace: new Map(),
  };
  for (const [kind, value] of wanted) {
    if (own[kind].has(value)) continue;
    const term = `${channel} ${kind} ${value}`;
    const known = ids.get(term);
    if (known !== undefined) {
      own[kind].set(value, known);
      continue;
    }
    await context.db
      .insertInto("explorer_terms")
      .values({ channel, kind, value })
      .onConflict((conflict) => conflict.columns(["channel", "kind", "value"]).doNothing())
      .execute();
    const found = await findTerm(context, channel, kind, value);
    if (found === undefined) continue;
    ids.set(term, found);
    own[kind].set(value, found);
  }
  return (kind, value) => {
    const id = own[kind].get(value);
    if (id === undefined) throw new RangeError(`the term ${value} has no number`);
    return id;
  };
}

/** The number of a term; undefined when it was never seen. */
export async function findTerm({ db }: RepositoryContext, channel: number, kind: TermKind, value: string): Promise<number | undefined> {
  const row = await db
    .selectFrom("explorer_terms")
    .select("id")
    .where("channel", "=", channel)
    .where("kind", "=", kind)
    .where("value", "=", value)
    .executeTakeFirst();
  return row?.id;
}

/** Terms whose text fits a LIKE pattern, with `\` as its escape. */
export async function termsLike(
  { db, dialect }: RepositoryContext,
  channel: number,
  kind: TermKind,
  pattern: string,
  limit: number,
): Promise<{ readonly id: number; readonly value: string }[]> {
  return (
    db
      .selectFrom("explorer_terms")
      .select(["id", "value"])
      .where("channel", "=", channel)
      .where("kind", "=", kind)
      // SQLite's LIKE folds the case of ASCII by itself.
      .where((build) => build("value", dialect === "sqlite" ? "like" : "ilike", pattern))
      .orderBy("value")
      .limit(limit)
      .execute()
  );
}

/** A LIKE pattern for texts that hold, or begin with, a text. */
export function likePattern(text: string, where: "anywhere" | "beginning"): string {
  const escaped = text.replace(/[\\%_]/g, String.raw`\$&`);
  return where === "anywhere" ? `%${escaped}%` : `${escaped}%`;
}
