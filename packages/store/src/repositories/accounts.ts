import { sql, type ExpressionBuilder, type Selectable } from "kysely";
import type { AccountOutcome, AccountRecord, AccountRepository } from "../account-types.ts";
import type { RepositoryContext } from "../internal/context.ts";
import { toDate, type Schema } from "../internal/schema.ts";

/** Advisory lock of PostgreSQL under which roles change: two owners must not take each other away at the same time. */
const ROLE_LOCK = 7_460_003;

/** Accounts over SQL. */
export function createAccountRepository(context: RepositoryContext): AccountRepository {
  const { db } = context;
  return {
    async insert({ name, role, passwordHash }) {
      const row = await db
        .insertInto("accounts")
        .values({ name, role, password_hash: passwordHash ?? null, created_at: Date.now(), last_login_at: null })
        .onConflict((conflict) => conflict.doNothing())
        .returningAll()
        .executeTakeFirst();
      return row === undefined ? undefined : toAccount(row);
    },

    get: (name) => get(context, name),

    async list() {
      return (
        await db
          .selectFrom("accounts")
          .selectAll()
          .orderBy(sql`lower(name)`)
          .execute()
      ).map(toAccount);
    },

    setRole: (name, role, keep) =>
      whereOneIsLeft(context, name, role === keep ? undefined : keep, async (inner, account) => {
        await inner.db.updateTable("accounts").set({ role }).where("name", "=", account).execute();
        await inner.db.deleteFrom("sessions").where("account", "=", account).execute();
      }),

    setPassword: (name, passwordHash, exceptSession = "") =>
      context.atomically(async (inner) => {
        const row = await inner.db
          .updateTable("accounts")
          .set({ password_hash: passwordHash })
          .where(named(name))
          .returning("name")
          .executeTakeFirst();
        if (row === undefined) return false;
        await inner.db.deleteFrom("sessions").where("account", "=", row.name).where("id", "!=", exceptSession).execute();
        return true;
      }),

    async replaceHash(name, from, to) {
      const result = await db
        .updateTable("accounts")
        .set({ password_hash: to })
        .where(named(name))
        .where("password_hash", "=", from)
        .executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },

    delete: (name, keep) =>
      // Sessions and links go with the row.
      whereOneIsLeft(context, name, keep, async (inner, account) => {
        await inner.db.deleteFrom("accounts").where("name", "=", account).execute();
      }),
  };
}

/** Runs `work` on an account unless it is the last with the role `keep`; `undefined` where the role does not matter. */
function whereOneIsLeft(
  context: RepositoryContext,
  name: string,
  keep: string | undefined,
  work: (inner: RepositoryContext, account: string) => Promise<void>,
): Promise<AccountOutcome> {
  return context.atomically(async (inner) => {
    if (inner.dialect === "postgres") await sql`select pg_advisory_xact_lock(${ROLE_LOCK})`.execute(inner.db);
    const account = await get(inner, name);
    if (account === undefined) return "missing";
    if (account.role === keep) {
      const other = await inner.db
        .selectFrom("accounts")
        .select("name")
        .where("role", "=", keep)
        .where("name", "!=", account.name)
        .executeTakeFirst();
      if (other === undefined) return "last";
    }
    await work(inner, account.name);
    return "done";
  });
}

async function get({ db }: RepositoryContext, name: string): Promise<AccountRecord | undefined> {
  const row = await db.selectFrom("accounts").selectAll().where(named(name)).executeTakeFirst();
  return row === undefined ? undefined : toAccount(row);
}

function named(name: string) {
  return (builder: ExpressionBuilder<Schema, "accounts">) => builder(sql<string>`lower(name)`, "=", name.toLowerCase());
}

/** An account from its row. */
export function toAccount(row: Selectable<Schema["accounts"]>): AccountRecord {
  return {
    name: row.name,
    role: row.role,
    passwordHash: row.password_hash ?? undefined,
    createdAt: new Date(row.created_at),
    lastLoginAt: toDate(row.last_login_at),
  };
}
