import type { AuditRepository } from "../account-types.ts";
import type { RepositoryContext } from "../internal/context.ts";

const DEFAULT_LIMIT = 100;

/** The audit trail over SQL. */
export function createAuditRepository({ db }: RepositoryContext): AuditRepository {
  return {
    async append({ actor, action, target, outcome, operation, address }) {
      await db
        .insertInto("audit")
        .values({
          at: Date.now(),
          actor: actor ?? null,
          action,
          target: target ?? null,
          outcome,
          operation: operation ?? null,
          address: address ?? null,
        })
        .execute();
    },

    async list({ actor, before, limit = DEFAULT_LIMIT } = {}) {
      let query = db.selectFrom("audit").selectAll();
      if (actor !== undefined) query = query.where("actor", "=", actor);
      if (before !== undefined) query = query.where("id", "<", before);
      const rows = await query.orderBy("id", "desc").limit(limit).execute();
      return rows.map((row) => ({
        id: row.id,
        at: new Date(row.at),
        actor: row.actor ?? undefined,
        action: row.action,
        target: row.target ?? undefined,
        outcome: row.outcome,
        operation: row.operation ?? undefined,
        address: row.address ?? undefined,
      }));
    },

    async prune(before) {
      return Number((await db.deleteFrom("audit").where("at", "<", before.getTime()).executeTakeFirst()).numDeletedRows);
    },
  };
}
