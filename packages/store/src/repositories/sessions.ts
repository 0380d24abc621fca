import type { SessionRepository } from "../account-types.ts";
import type { RepositoryContext } from "../internal/context.ts";
import { toAccount } from "./accounts.ts";

/** Sessions over SQL. */
export function createSessionRepository(context: RepositoryContext): SessionRepository {
  const { db } = context;
  return {
    insert: ({ id, account, createdAt, expiresAt }) =>
      context.atomically(async (inner) => {
        const at = createdAt.getTime();
        await inner.db
          .insertInto("sessions")
          .values({ id, account, created_at: at, last_used_at: at, expires_at: expiresAt.getTime() })
          .execute();
        await inner.db.updateTable("accounts").set({ last_login_at: at }).where("name", "=", account).execute();
      }),

    async find(id, { now, idleSince }) {
      const row = await db
        .selectFrom("sessions")
        .innerJoin("accounts", "accounts.name", "sessions.account")
        .selectAll("accounts")
        .select(["sessions.created_at as begun_at", "sessions.last_used_at", "sessions.expires_at"])
        .where("sessions.id", "=", id)
        .where("sessions.expires_at", ">", now.getTime())
        .where("sessions.last_used_at", ">", idleSince.getTime())
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const session = {
        id,
        account: row.name,
        createdAt: new Date(row.begun_at),
        lastUsedAt: new Date(row.last_used_at),
        expiresAt: new Date(row.expires_at),
      };
      return { session, account: toAccount(row) };
    },

    async touch(id, at) {
      await db.updateTable("sessions").set({ last_used_at: at.getTime() }).where("id", "=", id).execute();
    },

    async delete(id) {
      return (await db.deleteFrom("sessions").where("id", "=", id).executeTakeFirst()).numDeletedRows > 0n;
    },

    async prune({ now, idleSince }) {
      const result = await db
        .deleteFrom("sessions")
        .where((where) => where.or([where("expires_at", "<=", now.getTime()), where("last_used_at", "<=", idleSince.getTime())]))
        .executeTakeFirst();
      return Number(result.numDeletedRows);
    },
  };
}
