import { sql, type Kysely } from "kysely";
import type { NewEvent } from "../types.ts";
import type { IndexWriter } from "./index-writer.ts";
import type { DialectName } from "./migrations.ts";
import { toJson, type Schema } from "./schema.ts";

/** What repositories share: a connection or transaction, and the wish to tell of new events once it is committed. */
export interface RepositoryContext {
  readonly db: Kysely<Schema>;
  readonly dialect: DialectName;
  /** Runs `work` in the transaction of this context, or in a new one. */
  readonly atomically: <Result>(work: (context: RepositoryContext) => Promise<Result>) => Promise<Result>;
  /** Numbers of the explorer's terms that are known to be committed. */
  readonly terms: Map<string, number>;
  /** Writes large parts of the explorer's index aside; not inside a transaction, and not to PostgreSQL. */
  readonly indexWriter: IndexWriter | undefined;
  /** Notes that events were appended. */
  readonly appended: () => void;
}

/** Advisory lock of PostgreSQL that makes events visible in the order of their ids. */
const EVENT_LOCK = 7_460_002;

/** Appends events inside the transaction of `context`. */
export async function appendEvents(context: RepositoryContext, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  // Ids are handed out before commit. Without the lock a reader could see id 6, ask for what follows it, and never see id 5.
  if (context.dialect === "postgres") await sql`select pg_advisory_xact_lock(${EVENT_LOCK})`.execute(context.db);
  const at = Date.now();
  await context.db
    .insertInto("events")
    .values(
      events.map((event) => ({
        at,
        type: event.type,
        network: event.network ?? null,
        operation: event.operation ?? null,
        data: toJson(event.data),
      })),
    )
    .execute();
  context.appended();
}
