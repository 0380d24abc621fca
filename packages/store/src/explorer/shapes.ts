import type { IndexedTransaction, TransactionFilter } from "../explorer-types.ts";
import type { RepositoryContext } from "../internal/context.ts";
import { findTerm, likePattern, termsLike } from "./terms.ts";

/** Kinds of transactions as numbers. */
export const transactionKinds = ["endorser", "config", "other"] as const;

/** What stands for a chaincode or creator that is missing. */
const NONE = 0;

/** Creators of one organisation that a filter takes into account. */
const MOST_CREATORS = 1000;

/** The part of a transaction that lists are filtered by. */
export interface Shape {
  readonly kind: IndexedTransaction["kind"];
  readonly code: number;
  readonly chaincode: number | undefined;
  readonly creator: number | undefined;
}

/**
 * Numbers of the combinations of kind, code, chaincode and creator, made where they are new. A channel has few of
 * them, so that every filter is some of their numbers, and one index of a transaction's number answers all filters.
 * As with terms, outside the transaction that uses them.
 */
export async function shapeIds(context: RepositoryContext, channel: number, wanted: Iterable<Shape>): Promise<(shape: Shape) => number> {
  const ids = context.terms;
  const own = new Map<string, number>();
  let last: Shape | undefined;
  for (const shape of wanted) {
    if (last !== undefined && isSame(last, shape)) continue;
    last = shape;
    const key = keyOf(channel, shape);
    if (own.has(key)) continue;
    const known = ids.get(key);
    if (known !== undefined) {
      own.set(key, known);
      continue;
    }
    const values = {
      channel,
      kind: transactionKinds.indexOf(shape.kind),
      code: shape.code,
      chaincode: shape.chaincode ?? NONE,
      creator: shape.creator ?? NONE,
    };
    await context.db
      .insertInto("explorer_shapes")
      .values(values)
      .onConflict((conflict) => conflict.columns(["channel", "kind", "code", "chaincode", "creator"]).doNothing())
      .execute();
    let query = context.db.selectFrom("explorer_shapes").select("id");
    for (const [column, value] of Object.entries(values)) query = query.where(column as keyof typeof values, "=", value);
    const { id } = await query.executeTakeFirstOrThrow();
    ids.set(key, id);
    own.set(key, id);
  }
  // Transactions that follow each other are mostly alike.
  let met: { readonly shape: Shape; readonly id: number } | undefined;
  return (shape) => {
    if (met !== undefined && isSame(met.shape, shape)) return met.id;
    const id = own.get(keyOf(channel, shape));
    if (id === undefined) throw new RangeError("a combination of terms has no number");
    met = { shape, id };
    return id;
  };
}

function isSame(one: Shape, other: Shape): boolean {
  return one.kind === other.kind && one.code === other.code && one.chaincode === other.chaincode && one.creator === other.creator;
}

function keyOf(channel: number, { kind, code, chaincode, creator }: Shape): string {
  return `${channel} shape ${kind} ${code} ${chaincode ?? NONE} ${creator ?? NONE}`;
}

/** Numbers of the combinations that a filter lets through; undefined where it lets all of them. */
export async function shapesOf(context: RepositoryContext, channel: number, filter: TransactionFilter): Promise<number[] | undefined> {
  const { chaincode, creator, code } = filter;
  if (chaincode === undefined && creator === undefined && code === undefined) return undefined;
  let query = context.db.selectFrom("explorer_shapes").select("id").where("channel", "=", channel);
  if (code !== undefined) query = query.where("code", "=", code);
  if (chaincode !== undefined) query = query.where("chaincode", "=", (await findTerm(context, channel, "chaincode", chaincode)) ?? -1);
  if (creator !== undefined) query = query.where("creator", "in", [-1, ...(await creatorsOf(context, channel, creator))]);
  return (await query.orderBy("id").execute()).map(({ id }) => id);
}

/** Numbers of the creators that a filter names: one, or all of an organisation. */
async function creatorsOf(context: RepositoryContext, channel: number, creator: string): Promise<number[]> {
  if (creator.includes("/")) {
    const found = await findTerm(context, channel, "creator", creator);
    return found === undefined ? [] : [found];
  }
  return (await termsLike(context, channel, "creator", likePattern(`${creator}/`, "beginning"), MOST_CREATORS)).map(({ id }) => id);
}
