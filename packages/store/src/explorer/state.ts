import { sql } from "kysely";
import type { HistoryRow, IndexedWrite, StateRow } from "../explorer-types.ts";
import type { RepositoryContext } from "../internal/context.ts";
import { toDate } from "../internal/schema.ts";
import { findTerm } from "./terms.ts";

/** The smallest byte string behind all that begin with a prefix; undefined when there is none. */
export function behindPrefix(prefix: Uint8Array): Uint8Array | undefined {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length -= 1;
  if (length === 0) return undefined;
  const end = Uint8Array.from(prefix.subarray(0, length));
  end[length - 1] = (end[length - 1] ?? 0) + 1;
  return end;
}

/** Where a range of keys begins. */
interface KeyBound {
  readonly key: Uint8Array;
  readonly inclusive: boolean;
}

/** Keys looked at in one query; of many deleted ones several queries are made. */
const KEYS_AT_ONCE = 128;

/** Reads keys and values of the index. */
export function stateQueries(context: RepositoryContext) {
  const { db } = context;

  /** The next keys of a namespace with their last write up to a block. One jump a key: a key with a million writes costs as much as one with a single. */
  const look = async (
    id: number,
    namespace: number,
    query: { readonly from: KeyBound; readonly end: Uint8Array | undefined; readonly at: number },
  ): Promise<{ key: Uint8Array; value: Uint8Array | null; block: number | null; idx: number | null }[]> => {
    const bound = query.end === undefined ? sql`` : sql`and key < ${query.end}`;
    const { rows } = await sql<{ key: Uint8Array; value: Uint8Array | null; block: number | null; idx: number | null }>`
      with recursive keys (key, number) as (
        select (select key from explorer_writes where channel = ${id} and namespace = ${namespace}
            and key ${sql.raw(query.from.inclusive ? ">=" : ">")} ${query.from.key} ${bound} order by key limit 1), 1
        union all
        select (select w.key from explorer_writes w where w.channel = ${id} and w.namespace = ${namespace}
            and w.key > keys.key ${bound} order by w.key limit 1), number + 1
          from keys where key is not null and number < ${KEYS_AT_ONCE}
      )
      select keys.key as key, w.value as value, w.block as block, w.idx as idx from keys
      left join explorer_writes w on w.channel = ${id} and w.namespace = ${namespace} and w.key = keys.key and (w.block, w.idx) = (
        select block, idx from explorer_writes l where l.channel = ${id} and l.namespace = ${namespace} and l.key = keys.key
          and l.block <= ${query.at} order by l.block desc, l.idx desc limit 1)
      where keys.key is not null order by keys.key`.execute(db);
    return rows;
  };

  return {
    async state(
      id: number,
      namespace: string,
      query: { readonly after: Uint8Array; readonly prefix: Uint8Array; readonly at: number; readonly limit: number },
    ): Promise<StateRow[]> {
      const term = await findTerm(context, id, "namespace", namespace);
      if (term === undefined) return [];
      const end = query.prefix.length === 0 ? undefined : behindPrefix(query.prefix);
      const found: StateRow[] = [];
      const begun = query.after.length > 0 && Buffer.compare(query.after, query.prefix) >= 0;
      let from: KeyBound = begun ? { key: query.after, inclusive: false } : { key: query.prefix, inclusive: true };
      for (;;) {
        const rows = await look(id, term, { from, end, at: query.at });
        for (const { key, value, block, idx } of rows) {
          if (value === null || block === null || idx === null) continue;
          found.push({ key, value, block, index: idx });
          if (found.length === query.limit) return found;
        }
        const last = rows.at(-1);
        if (last === undefined || rows.length < KEYS_AT_ONCE) return found;
        from = { key: last.key, inclusive: false };
      }
    },

    async history(id: number, namespace: string, key: Uint8Array, limit: number): Promise<HistoryRow[]> {
      const term = await findTerm(context, id, "namespace", namespace);
      if (term === undefined) return [];
      const rows = await db
        .selectFrom("explorer_writes as w")
        .innerJoin("explorer_transactions as t", (join) =>
          join.onRef("t.channel", "=", "w.channel").onRef("t.block", "=", "w.block").onRef("t.idx", "=", "w.idx"),
        )
        .select(["w.block", "w.idx", "t.tx_id", "t.at", "w.value"])
        .where("w.channel", "=", id)
        .where("w.namespace", "=", term)
        .where("w.key", "=", key)
        .orderBy("w.block", "desc")
        .orderBy("w.idx", "desc")
        .limit(limit)
        .execute();
      return rows.map((row) => ({ block: row.block, index: row.idx, id: row.tx_id, at: toDate(row.at), value: row.value ?? undefined }));
    },

    async keys(id: number, prefix: Uint8Array, limit: number): Promise<{ namespace: string; key: Uint8Array }[]> {
      const terms = await db
        .selectFrom("explorer_terms")
        .select(["id", "value"])
        .where("channel", "=", id)
        .where("kind", "=", "namespace")
        .execute();
      const found: { namespace: string; key: Uint8Array }[] = [];
      for (const { id: namespace, value } of terms) {
        const rows = await look(id, namespace, {
          from: { key: prefix, inclusive: true },
          end: behindPrefix(prefix),
          at: Number.MAX_SAFE_INTEGER,
        });
        found.push(...rows.map(({ key }) => ({ namespace: value, key })));
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    },

    async writes(id: number, block: number, index: number): Promise<IndexedWrite[]> {
      const rows = await db
        .selectFrom("explorer_writes as w")
        .innerJoin("explorer_terms as n", "n.id", "w.namespace")
        .select(["n.value as namespace", "w.key", "w.value"])
        .where("w.channel", "=", id)
        .where("w.block", "=", block)
        .where("w.idx", "=", index)
        .execute();
      return rows.map(({ namespace, key, value }) => ({ block, index, namespace, key, value: value ?? undefined }));
    },
  };
}
