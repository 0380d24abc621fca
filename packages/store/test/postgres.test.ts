import { describe } from "vitest";
import { startPostgres, whyNoPostgres } from "./support/postgres.ts";
import { repositorySuite } from "./support/suite.ts";

const reason = whyNoPostgres();

describe.skipIf(reason !== undefined)(`on PostgreSQL${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  repositorySuite(startPostgres);
});
