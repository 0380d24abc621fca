import type { Selectable } from "kysely";
import type { RepositoryContext } from "../internal/context.ts";
import { fromJson, toJson, type Schema } from "../internal/schema.ts";
import type { ChaincodeRecord, ChaincodeRepository } from "../types.ts";

/** Deployed chaincodes over SQL. */
export function createChaincodeRepository({ db }: RepositoryContext): ChaincodeRepository {
  const one = (network: string, channel: string, name: string) => ({ network, channel, name });
  return {
    async put(chaincode) {
      const fields = {
        version: chaincode.version,
        sequence: chaincode.sequence,
        package_id: chaincode.packageId,
        detail: toJson(chaincode.detail),
        deployed_at: Date.now(),
      };
      await db
        .insertInto("chaincodes")
        .values({ ...one(chaincode.network, chaincode.channel, chaincode.name), ...fields })
        .onConflict((conflict) => conflict.columns(["network", "channel", "name"]).doUpdateSet(fields))
        .execute();
    },

    async get(network, channel, name) {
      const row = await db
        .selectFrom("chaincodes")
        .selectAll()
        .where((where) => where.and(one(network, channel, name)))
        .executeTakeFirst();
      return row === undefined ? undefined : toRecord(row);
    },

    async list(network) {
      const rows = await db
        .selectFrom("chaincodes")
        .selectAll()
        .where("network", "=", network)
        .orderBy("channel")
        .orderBy("name")
        .execute();
      return rows.map(toRecord);
    },

    async delete(network, channel, name) {
      const result = await db
        .deleteFrom("chaincodes")
        .where((where) => where.and(one(network, channel, name)))
        .executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
  };
}

function toRecord(row: Selectable<Schema["chaincodes"]>): ChaincodeRecord {
  return {
    network: row.network,
    channel: row.channel,
    name: row.name,
    version: row.version,
    sequence: row.sequence,
    packageId: row.package_id,
    detail: fromJson(row.detail),
    deployedAt: new Date(row.deployed_at),
  };
}
