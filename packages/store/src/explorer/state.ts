import { sql } from "kysely";
import type { HistoryRow, IndexedWrite, StatePage, StateQuery, StateRow } from "../explorer-types.ts";
import type { RepositoryContext } from "../internal/context.ts";
import { toDate } from "../internal/schema.ts";
import { behindPrefix, foldKey, FOLDED_BYTES } from "./keys.ts";
import { placeRows, type Place } from "./places.ts";
import { findTerm } from "./terms.ts";
import { textOfId } from "./transaction-ids.ts";

/** Where a range of keys begins. */
interface KeyBound {
  readonly key: Uint8Array;
  readonly inclusive: boolean;
}

/** Keys looked at in one statement, and keys that one page passes over because its block does not have them yet, or no more. */
const KEYS_AT_ONCE = 256;
const MOST_PASSED_OVER = 1024;

interface KeyRow {
  readonly key: Uint8Array;
  readonly long_key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly block: number | null;
  readonly idx: number | null;
  readonly tx_id: Uint8Array | null;
}

function beginOf({ after, prefix }: StateQuery): KeyBound {
  const begun = after.length > 0 && Buffer.compare(after, prefix) >= 0;
  return begun ? { key: foldKey(after), inclusive: false } : { key: foldKey(prefix), inclusive: true };
}

/** A key as the block had it; nothing where it did not. */
function viewState({ key, long_key, value, block, idx, tx_id }: KeyRow): StateRow[] {
  if (value === null || block === null || idx === null) return [];
  return [{ key: long_key ?? key, value, block, index: idx, id: tx_id === null ? "" : textOfId(tx_id) }];
}

/** Reads keys and values of the index. */
export function stateQueries(context: RepositoryContext) {
  const { db, dialect } = context;

  /** The next keys of a namespace. One jump a key: a key with a million writes costs as much as one with a single. */
  const jumps = (id: number, namespace: number, from: KeyBound, end: Uint8Array | undefined, most: number) => {
    const bound = end === undefined ? sql`` : sql`and key < ${end}`;
    return sql`keys (key, number) as (
        select (select key from explorer_writes where channel = ${id} and namespace = ${namespace}
            and key ${sql.raw(from.inclusive ? ">=" : ">")} ${from.key} ${bound} order by key limit 1), 1
        union all
        select (select w.key from explorer_writes w where w.channel = ${id} and w.namespace = ${namespace}
            and w.key > keys.key ${bound} order by w.key limit 1), number + 1
          from keys where key is not null and number < ${most}
      )`;
  };

  /** The next keys with their last write up to a block. */
  const look = async (
    id: number,
    namespace: number,
    query: { readonly from: KeyBound; readonly end: Uint8Array | undefined; readonly at: number; readonly most: number },
  ): Promise<readonly KeyRow[]> => {
    const last = sql`from explorer_writes l where l.channel = ${id} and l.namespace = ${namespace} and l.key = keys.key
      and l.block <= ${query.at} order by l.block desc, l.idx desc limit 1`;
    const write =
      dialect === "postgres"
        ? sql`left join lateral (select l.value, l.block, l.idx ${last}) w on true`
        : sql`left join explorer_writes w on w.channel = ${id} and w.namespace = ${namespace} and w.key = keys.key
            and (w.block, w.idx) = (select l.block, l.idx ${last})`;
    // The same in every write of the key, also in those that the block did not have.
    const long = sql`case when length(keys.key) = ${FOLDED_BYTES} then (select l.long_key from explorer_writes l
      where l.channel = ${id} and l.namespace = ${namespace} and l.key = keys.key limit 1) end`;
    const { rows } = await sql<KeyRow>`
      with recursive ${jumps(id, namespace, query.from, query.end, query.most)}
      select keys.key as key, w.value, w.block, w.idx, t.tx_id, ${long} as long_key from keys ${write}
      left join explorer_transactions t on t.channel = ${id} and t.block = w.block and t.idx = w.idx
      where keys.key is not null order by keys.key`.execute(db);
    return rows;
  };

  return {
    async state(id: number, namespace: string, query: StateQuery): Promise<StatePage> {
      const term = await findTerm(context, id, "namespace", namespace);
      if (term === undefined) return { rows: [], next: undefined };
      const { prefix, at, limit } = query;
      const end = prefix.length === 0 ? undefined : behindPrefix(prefix);
      const rows: StateRow[] = [];
      let from = beginOf(query);
      for (let seen = 0, most = Math.min(KEYS_AT_ONCE, limit); ; most = KEYS_AT_ONCE) {
        const found = await look(id, term, { from, end, at, most });
        rows.push(...found.flatMap(viewState));
        const last = rows[limit - 1];
        if (last !== undefined) return { rows: rows.slice(0, limit), next: last.key };
        const reached = found.at(-1);
        if (reached === undefined || found.length < most) return { rows, next: undefined };
        seen += found.length;
        if (seen - rows.length >= MOST_PASSED_OVER) return { rows, next: reached.long_key ?? reached.key };
        from = { key: reached.key, inclusive: false };
      }
    },

    async history(id: number, namespace: string, key: Uint8Array, limit: number): Promise<HistoryRow[]> {
      const term = await findTerm(context, id, "namespace", namespace);
      if (term === undefined) return [];
      const rows = await db
        .selectFrom("explorer_writes as w")
        .leftJoin("explorer_transactions as t", (join) =>
          join.onRef("t.channel", "=", "w.channel").onRef("t.block", "=", "w.block").onRef("t.idx", "=", "w.idx"),
        )
        .select(["w.block", "w.idx", "t.tx_id", "t.at", "w.value"])
        .where("w.channel", "=", id)
        .where("w.namespace", "=", term)
        .where("w.key", "=", foldKey(key))
        .orderBy("w.block", "desc")
        .orderBy("w.idx", "desc")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        block: row.block,
        index: row.idx,
        id: row.tx_id === null ? "" : textOfId(row.tx_id),
        at: toDate(row.at),
        value: row.value ?? undefined,
      }));
    },

    async keys(id: number, prefix: Uint8Array, limit: number): Promise<{ namespace: string; key: Uint8Array }[]> {
      const terms = await db
        .selectFrom("explorer_terms")
        .select(["id", "value"])
        .where("channel", "=", id)
        .where("kind", "=", "namespace")
        .orderBy("id")
        .execute();
      const found: { namespace: string; key: Uint8Array }[] = [];
      for (const { id: namespace, value } of terms) {
        const query = { from: { key: foldKey(prefix), inclusive: true }, end: behindPrefix(prefix), at: Number.MAX_SAFE_INTEGER };
        const rows = await look(id, namespace, { ...query, most: limit - found.length });
        found.push(...rows.map(({ key, long_key }) => ({ namespace: value, key: long_key ?? key })));
        if (found.length >= limit) break;
      }
      return found;
    },

    async writes(id: number, places: readonly { readonly block: number; readonly index: number }[]): Promise<IndexedWrite[]> {
      if (places.length === 0) return [];
      const given = placeRows(places.map(({ block, index }): Place => ({ block, idx: index })));
      const { rows } = await sql<{
        block: number;
        idx: number;
        namespace: string;
        key: Uint8Array;
        value: Uint8Array | null;
      }>`select w.block, w.idx, n.value as namespace, coalesce(w.long_key, w.key) as key, w.value from explorer_writes w
        join explorer_terms n on n.id = w.namespace where w.channel = ${id} and (w.block, w.idx) in ${given}`.execute(db);
      return rows.map(({ block, idx, namespace, key, value }) => ({ block, index: idx, namespace, key, value: value ?? undefined }));
    },
  };
}
