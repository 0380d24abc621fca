import type { Selectable } from "kysely";
import { storeErrors } from "../errors.ts";
import { appendEvents, type RepositoryContext } from "../internal/context.ts";
import { fromJson, toJson, type Schema } from "../internal/schema.ts";
import type { NetworkChange, NetworkRecord, NetworkRepository, NetworkState } from "../types.ts";

/** Networks over SQL. */
export function createNetworkRepository(context: RepositoryContext): NetworkRepository {
  return {
    insert: (network) =>
      context.atomically(async (inner) => {
        const now = Date.now();
        const result = await inner.db
          .insertInto("networks")
          .values({
            name: network.name,
            spec: toJson(network.spec),
            state: network.state,
            runtime: network.runtime,
            runtime_ref: null,
            proof: null,
            created_at: now,
            updated_at: now,
          })
          .onConflict((conflict) => conflict.column("name").doNothing())
          .executeTakeFirst();
        if (Number(result.numInsertedOrUpdatedRows ?? 0n) === 0) throw storeErrors.create("STORE_NETWORK_EXISTS", { name: network.name });
        await tell(inner, "network.changed", network.name, { state: network.state });
      }),

    async get(name) {
      const row = await context.db.selectFrom("networks").selectAll().where("name", "=", name).executeTakeFirst();
      return row === undefined ? undefined : toRecord(row);
    },

    async list() {
      const rows = await context.db.selectFrom("networks").selectAll().orderBy("name").execute();
      return rows.map(toRecord);
    },

    update: (name, change) =>
      context.atomically(async (inner) => {
        const row = await inner.db
          .updateTable("networks")
          .set({ ...columns(change), updated_at: Date.now() })
          .where("name", "=", name)
          .returning("state")
          .executeTakeFirst();
        if (row === undefined) throw storeErrors.create("STORE_NETWORK_NOT_FOUND", { name });
        await tell(inner, "network.changed", name, { state: row.state });
      }),

    delete: (name) =>
      context.atomically(async (inner) => {
        const result = await inner.db.deleteFrom("networks").where("name", "=", name).executeTakeFirst();
        const gone = result.numDeletedRows > 0n;
        if (gone) await tell(inner, "network.deleted", name, {});
        return gone;
      }),
  };
}

function tell(context: RepositoryContext, type: string, network: string, data: unknown): Promise<void> {
  return appendEvents(context, [{ type, network, operation: undefined, data }]);
}

/** `undefined` leaves a column alone, `null` clears it. */
function columns(change: NetworkChange): { spec?: string; state?: string; runtime_ref?: string | null; proof?: string | null } {
  return {
    ...(change.spec === undefined ? {} : { spec: toJson(change.spec) }),
    ...(change.state === undefined ? {} : { state: change.state }),
    ...(change.runtimeRef === undefined ? {} : { runtime_ref: change.runtimeRef === null ? null : toJson(change.runtimeRef) }),
    ...(change.proof === undefined ? {} : { proof: change.proof === null ? null : toJson(change.proof) }),
  };
}

function toRecord(row: Selectable<Schema["networks"]>): NetworkRecord {
  return {
    name: row.name,
    spec: fromJson(row.spec),
    state: row.state as NetworkState,
    runtime: row.runtime,
    runtimeRef: fromJson(row.runtime_ref),
    proof: fromJson(row.proof),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}
