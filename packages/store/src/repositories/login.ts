import type { LoginLinkRepository, LoginThrottleRepository } from "../account-types.ts";
import type { RepositoryContext } from "../internal/context.ts";

/** Login links over SQL. */
export function createLoginLinkRepository({ db }: RepositoryContext): LoginLinkRepository {
  return {
    async insert({ id, account, expiresAt }) {
      await db.insertInto("login_links").values({ id, account, expires_at: expiresAt.getTime() }).execute();
    },

    async take(id, now) {
      // Of two that come at the same time, one deletes the row.
      const row = await db
        .deleteFrom("login_links")
        .where("id", "=", id)
        .where("expires_at", ">", now.getTime())
        .returning("account")
        .executeTakeFirst();
      return row?.account;
    },

    async prune(now) {
      return Number((await db.deleteFrom("login_links").where("expires_at", "<=", now.getTime()).executeTakeFirst()).numDeletedRows);
    },
  };
}

/** Attempts to log in over SQL. */
export function createLoginThrottleRepository(context: RepositoryContext): LoginThrottleRepository {
  const { db } = context;
  return {
    attempt: (key, now, { wait, forgetMs }) =>
      context.atomically(async (inner) => {
        // Makes the row or locks the one that is there, so that attempts at the same time come one after the other.
        const row = await inner.db
          .insertInto("login_throttle")
          .values({ key, failures: 0, last_at: now.getTime() })
          .onConflict((conflict) => conflict.column("key").doUpdateSet({ key }))
          .returningAll()
          .executeTakeFirstOrThrow();
        const failures = row.last_at < now.getTime() - forgetMs ? 0 : row.failures;
        const until = row.last_at + wait(failures);
        if (until > now.getTime()) return new Date(until);
        await inner.db
          .updateTable("login_throttle")
          .set({ failures: failures + 1, last_at: now.getTime() })
          .where("key", "=", key)
          .execute();
        return undefined;
      }),

    async takeBack(key) {
      await db
        .updateTable("login_throttle")
        .set((set) => ({ failures: set("failures", "-", 1) }))
        .where("key", "=", key)
        .where("failures", ">", 0)
        .execute();
    },

    async forget(key) {
      await db.deleteFrom("login_throttle").where("key", "=", key).execute();
    },

    async prune(before) {
      return Number((await db.deleteFrom("login_throttle").where("last_at", "<", before.getTime()).executeTakeFirst()).numDeletedRows);
    },
  };
}
