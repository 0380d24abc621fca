import type { Client, Operation } from "@heddle/api";
import { cliErrors } from "../errors.ts";

/** How many operations are looked through for the beginning of an id. */
const LOOK_AT = 1000;

const FULL_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The operation a person means: its id or the beginning of it; the newest where nothing is said.
 * @throws HeddleError OPERATION_NOT_FOUND, CLI_OPERATION_UNKNOWN, CLI_OPERATION_AMBIGUOUS
 */
export async function findOperation(client: Client, given: string | undefined, signal: AbortSignal): Promise<Operation> {
  if (given !== undefined && FULL_ID.test(given)) return client.getOperation({ params: { id: given.toLowerCase() } }, { signal });
  const { operations } = await client.listOperations({ query: { limit: given === undefined ? 1 : LOOK_AT } }, { signal });
  const meant = operations.filter(({ id }) => given === undefined || (given !== "" && id.startsWith(given.toLowerCase())));
  const [operation, ...others] = meant;
  if (operation === undefined) throw cliErrors.create("CLI_OPERATION_UNKNOWN", { id: given ?? "yet" });
  if (others.length > 0) {
    const ids = meant.slice(0, 5).map(({ id }) => id);
    throw cliErrors.create("CLI_OPERATION_AMBIGUOUS", { count: meant.length, id: given ?? "", ids: ids.join(", ") });
  }
  return operation;
}
