import { appendEvents, type RepositoryContext } from "../internal/context.ts";
import { fromJson } from "../internal/schema.ts";
import type { EventRepository } from "../types.ts";

const DEFAULT_LIMIT = 500;

/** The event table over SQL. */
export function createEventRepository(context: RepositoryContext): EventRepository {
  const lastId = async (): Promise<number> => {
    const row = await context.db
      .selectFrom("events")
      .select((select) => select.fn.max("id").as("id"))
      .executeTakeFirst();
    return row?.id ?? 0;
  };
  return {
    append: (events) => context.atomically((inner) => appendEvents(inner, events)),

    async after(id, filter = {}) {
      let query = context.db.selectFrom("events").selectAll().where("id", ">", id);
      if (filter.network !== undefined) query = query.where("network", "=", filter.network);
      if (filter.operation !== undefined) query = query.where("operation", "=", filter.operation);
      const rows = await query
        .orderBy("id")
        .limit(filter.limit ?? DEFAULT_LIMIT)
        .execute();
      return rows.map((row) => ({
        id: row.id,
        at: new Date(row.at),
        type: row.type,
        network: row.network ?? undefined,
        operation: row.operation ?? undefined,
        data: fromJson(row.data),
      }));
    },

    async count(network, exceptOperation) {
      const row = await context.db
        .selectFrom("events")
        .select((select) => select.fn.countAll().as("count"))
        .where("network", "=", network)
        .where((or) => or.or([or("operation", "is", null), or("operation", "!=", exceptOperation)]))
        .executeTakeFirst();
      return Number(row?.count ?? 0);
    },

    lastId,

    async prune(before) {
      // The last row stays: ids have to go on growing, and readers resume from it.
      const result = await context.db
        .deleteFrom("events")
        .where("at", "<", before.getTime())
        .where("id", "<", await lastId())
        .executeTakeFirst();
      return Number(result.numDeletedRows);
    },
  };
}
