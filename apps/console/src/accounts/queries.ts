import { queryOptions } from "@tanstack/react-query";
import { client } from "../api/client.ts";

/** All accounts. */
export const accountsQuery = queryOptions({
  queryKey: ["accounts"],
  queryFn: async ({ signal }) => (await client.listAccounts({}, { signal })).accounts,
});

/** Who changed what, newest first. */
export const auditQuery = queryOptions({
  queryKey: ["audit"],
  queryFn: async ({ signal }) => (await client.listAudit({ query: { limit: 200 } }, { signal })).entries,
});
