import type { Permission, Session } from "@heddle/api";
import { isHeddleError } from "@heddle/network";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { client } from "../api/client.ts";

/** Who is logged in; `null`: nobody. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  staleTime: Infinity,
  async queryFn({ signal }): Promise<Session | null> {
    try {
      return await client.getSession({}, { signal });
    } catch (error) {
      if (isHeddleError(error, "API_UNAUTHORIZED")) return null;
      throw error;
    }
  },
});

/** Whether the one who is logged in may do something. The server decides again at each call; this only leaves out what would be refused. */
export function useMay(): (permission: Permission) => boolean {
  const { data } = useQuery(sessionQuery);
  return (permission) => data?.permissions.includes(permission) ?? false;
}
