import type { RepositoryContext } from "../internal/context.ts";
import { fromJson, toJson } from "../internal/schema.ts";
import type { SettingRepository } from "../types.ts";

/** Settings over SQL. */
export function createSettingRepository({ db }: RepositoryContext): SettingRepository {
  return {
    async get(key) {
      const row = await db.selectFrom("settings").select("value").where("key", "=", key).executeTakeFirst();
      return fromJson(row?.value ?? null);
    },
    async put(key, value) {
      const text = toJson(value);
      await db
        .insertInto("settings")
        .values({ key, value: text })
        .onConflict((conflict) => conflict.column("key").doUpdateSet({ value: text }))
        .execute();
    },
    async delete(key) {
      const result = await db.deleteFrom("settings").where("key", "=", key).executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
  };
}
