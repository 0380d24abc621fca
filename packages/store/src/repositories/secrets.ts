import type { RepositoryContext } from "../internal/context.ts";
import type { SecretRepository } from "../types.ts";

/** Sealed keys over SQL. */
export function createSecretRepository(context: RepositoryContext): SecretRepository {
  const { db } = context;
  return {
    async dataKey(network) {
      const row = await db.selectFrom("data_keys").selectAll().where("network", "=", network).executeTakeFirst();
      return row === undefined ? undefined : { network, masterKeyId: row.master_key_id, sealed: row.sealed };
    },

    async insertDataKey(key) {
      await db
        .insertInto("data_keys")
        .values({ network: key.network, master_key_id: key.masterKeyId, sealed: key.sealed })
        .onConflict((conflict) => conflict.column("network").doNothing())
        .execute();
    },

    async put(secrets) {
      if (secrets.length === 0) return;
      await db
        .insertInto("secrets")
        .values(secrets.map(({ network, name, sealed }) => ({ network, name, sealed })))
        .onConflict((conflict) => conflict.columns(["network", "name"]).doUpdateSet((set) => ({ sealed: set.ref("excluded.sealed") })))
        .execute();
    },

    async get(network, name) {
      const row = await db
        .selectFrom("secrets")
        .select("sealed")
        .where("network", "=", network)
        .where("name", "=", name)
        .executeTakeFirst();
      return row === undefined ? undefined : { network, name, sealed: row.sealed };
    },

    async names(network) {
      const rows = await db.selectFrom("secrets").select("name").where("network", "=", network).orderBy("name").execute();
      return rows.map((row) => row.name);
    },

    async delete(network, names) {
      if (names.length === 0) return 0;
      const gone = await db.deleteFrom("secrets").where("network", "=", network).where("name", "in", names).executeTakeFirst();
      return Number(gone.numDeletedRows);
    },

    deleteFor: (network) =>
      context.atomically(async (inner) => {
        const secrets = await inner.db.deleteFrom("secrets").where("network", "=", network).executeTakeFirst();
        const keys = await inner.db.deleteFrom("data_keys").where("network", "=", network).executeTakeFirst();
        return Number(secrets.numDeletedRows + keys.numDeletedRows);
      }),
  };
}
