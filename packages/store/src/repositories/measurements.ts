import type { RepositoryContext } from "../internal/context.ts";
import { fromJson, toJson } from "../internal/schema.ts";
import type { MeasurementRepository } from "../types.ts";

/** Measurements of networks over SQL; they go with their network. */
export function createMeasurementRepository({ db }: RepositoryContext): MeasurementRepository {
  return {
    async put({ network, resolution, at, data }) {
      await db
        .insertInto("measurements")
        // A network that is being deleted has no row any more to measure.
        .columns(["network", "resolution", "at", "data"])
        .expression((build) =>
          build
            .selectFrom("networks")
            .select((columns) => [
              "name",
              columns.val(resolution).as("resolution"),
              columns.val(at.getTime()).as("at"),
              columns.val(toJson(data)).as("data"),
            ])
            .where("name", "=", network),
        )
        .onConflict((conflict) => conflict.columns(["network", "resolution", "at"]).doUpdateSet({ data: toJson(data) }))
        .execute();
    },
    async range(network, resolution, from, to) {
      const rows = await db
        .selectFrom("measurements")
        .select(["at", "data"])
        .where("network", "=", network)
        .where("resolution", "=", resolution)
        .where("at", ">=", from.getTime())
        .where("at", "<=", to.getTime())
        .orderBy("at")
        .execute();
      return rows.map(({ at, data }) => ({ network, resolution, at: new Date(at), data: fromJson(data) }));
    },
    async prune(resolution, before) {
      const result = await db
        .deleteFrom("measurements")
        .where("resolution", "=", resolution)
        .where("at", "<", before.getTime())
        .executeTakeFirst();
      return Number(result.numDeletedRows);
    },
  };
}
