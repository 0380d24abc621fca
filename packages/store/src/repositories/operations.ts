import type { Selectable } from "kysely";
import { storeErrors } from "../errors.ts";
import { appendEvents, type RepositoryContext } from "../internal/context.ts";
import { fromJson, toDate, toJson, type Schema } from "../internal/schema.ts";
import {
  activeStates,
  type JournalEntry,
  type JournalEntryType,
  type NewEvent,
  type OperationRecord,
  type OperationRepository,
  type OperationState,
  type OperationTransition,
} from "../types.ts";

const DEFAULT_LIMIT = 100;

/** Operations, leases and journal over SQL. */
export function createOperationRepository(context: RepositoryContext): OperationRepository {
  const { db } = context;
  return {
    insert: (operation) => insert(context, operation),
    get: (id) => get(context, id),

    async list(filter = {}) {
      let query = db.selectFrom("operations").selectAll();
      if (filter.network !== undefined) query = query.where("network", "=", filter.network);
      if (filter.states !== undefined) query = query.where("state", "in", filter.states);
      const rows = await query
        .orderBy("created_at", "desc")
        .orderBy("id", "desc")
        .limit(filter.limit ?? DEFAULT_LIMIT)
        .execute();
      return rows.map(toRecord);
    },

    async claim(id, owner, { now, until, force }) {
      let query = db
        .updateTable("operations")
        .set((set) => ({
          owner,
          fence: set("fence", "+", 1),
          lease_until: until.getTime(),
          started_at: set.fn.coalesce("started_at", set.val(now.getTime())),
        }))
        .where("id", "=", id)
        .where("state", "in", activeStates);
      if (force !== true) query = query.where((or) => or.or([or("owner", "is", null), or("lease_until", "<", now.getTime())]));
      return toOptional(await query.returningAll().executeTakeFirst());
    },

    async renew(id, fence, until) {
      const row = await db
        .updateTable("operations")
        .set({ lease_until: until.getTime() })
        .where("id", "=", id)
        .where("fence", "=", fence)
        .where("state", "in", activeStates)
        .returningAll()
        .executeTakeFirst();
      return toOptional(row);
    },

    async release(id, fence) {
      await db.updateTable("operations").set({ owner: null, lease_until: null }).where("id", "=", id).where("fence", "=", fence).execute();
    },

    transition: (id, fence, change) => transition(context, id, fence, change),

    async requestCancel(id) {
      const result = await db
        .updateTable("operations")
        .set({ cancel_requested: 1 })
        .where("id", "=", id)
        .where("state", "in", activeStates)
        .executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },

    reopen: (id, from, to) => reopen(context, id, from, to),

    record: (id, fence, entries, events) => context.atomically((inner) => record(inner, id, fence, entries, events)),

    async journal(id) {
      const rows = await db.selectFrom("journal").selectAll().where("operation", "=", id).orderBy("id").execute();
      return rows.map((row) => ({
        operation: row.operation,
        type: row.type as JournalEntryType,
        step: row.step,
        attempt: row.attempt,
        at: new Date(row.at),
        data: fromJson(row.data),
      }));
    },

    deleteFor: (network, except = "") => deleteFor(context, network, except),
  };
}

async function get({ db }: RepositoryContext, id: string): Promise<OperationRecord | undefined> {
  return toOptional(await db.selectFrom("operations").selectAll().where("id", "=", id).executeTakeFirst());
}

async function insert(context: RepositoryContext, operation: Parameters<OperationRepository["insert"]>[0]): Promise<void> {
  await context.atomically(async (inner) => {
    const result = await inner.db
      .insertInto("operations")
      .values({
        id: operation.id,
        kind: operation.kind,
        network: operation.network ?? null,
        summary: operation.summary,
        input: toJson(operation.input),
        state: "queued",
        error: null,
        result: null,
        exclusive: operation.exclusive ? 1 : 0,
        cancel_requested: 0,
        owner: null,
        fence: 0,
        lease_until: null,
        created_at: Date.now(),
        started_at: null,
        finished_at: null,
        actor: operation.actor ?? null,
      })
      // The only index that a fresh id can meet is operations_exclusive.
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (Number(result.numInsertedOrUpdatedRows ?? 0n) === 0)
      throw storeErrors.create("STORE_NETWORK_BUSY", { name: operation.network ?? "" });
    await appendEvents(inner, [stateEvent(operation, "queued", undefined)]);
  });
}

async function transition(context: RepositoryContext, id: string, fence: number, change: OperationTransition): Promise<void> {
  const over = !activeStates.includes(change.state);
  await context.atomically(async (inner) => {
    const row = await inner.db
      .updateTable("operations")
      .set({
        state: change.state,
        ...("error" in change ? { error: toNullable(change.error) } : {}),
        ...("result" in change ? { result: toNullable(change.result) } : {}),
        ...(over ? { finished_at: Date.now(), owner: null, lease_until: null } : {}),
      })
      .where("id", "=", id)
      .where("fence", "=", fence)
      .where("state", "in", activeStates)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw storeErrors.create("STORE_LEASE_LOST", { id });
    const operation = toRecord(row);
    await appendEvents(inner, [stateEvent(operation, change.state, operation.error)]);
  });
}

async function reopen(context: RepositoryContext, id: string, from: OperationState, to: "queued" | "undoing"): Promise<boolean> {
  return context.atomically(async (inner) => {
    const operation = await get(inner, id);
    if (operation === undefined || operation.state !== from) return false;
    const { network, exclusive } = operation;
    if (exclusive && network !== undefined) {
      const busy = await inner.db
        .selectFrom("operations")
        .select("id")
        .where("network", "=", network)
        .where("exclusive", "=", 1)
        .where("state", "in", activeStates)
        .executeTakeFirst();
      if (busy !== undefined) throw storeErrors.create("STORE_NETWORK_BUSY", { name: network });
    }
    const result = await inner.db
      .updateTable("operations")
      .set({
        state: to,
        error: null,
        result: null,
        cancel_requested: to === "undoing" ? 1 : 0,
        owner: null,
        lease_until: null,
        finished_at: null,
      })
      .where("id", "=", id)
      .where("state", "=", from)
      .executeTakeFirst();
    if (result.numUpdatedRows === 0n) return false;
    await appendEvents(inner, [stateEvent(operation, to, undefined)]);
    return true;
  });
}

async function record(
  context: RepositoryContext,
  id: string,
  fence: number,
  entries: readonly Omit<JournalEntry, "operation">[],
  events: readonly NewEvent[],
): Promise<void> {
  // Locks the row as well: a server with a newer token waits for this transaction or makes it fail.
  const held = await context.db
    .updateTable("operations")
    .set({ fence })
    .where("id", "=", id)
    .where("fence", "=", fence)
    .where("state", "in", activeStates)
    .executeTakeFirst();
  if (held.numUpdatedRows === 0n) throw storeErrors.create("STORE_LEASE_LOST", { id });
  if (entries.length > 0) {
    await context.db
      .insertInto("journal")
      .values(
        entries.map((entry) => ({
          operation: id,
          type: entry.type,
          step: entry.step,
          attempt: entry.attempt,
          at: entry.at.getTime(),
          data: entry.data === undefined ? null : toJson(entry.data),
        })),
      )
      .execute();
  }
  await appendEvents(context, events);
}

async function deleteFor(context: RepositoryContext, network: string, except: string): Promise<number> {
  return context.atomically(async (inner) => {
    const operations = await inner.db
      .deleteFrom("operations")
      .where("network", "=", network)
      .where("id", "!=", except)
      .where("state", "not in", activeStates)
      .executeTakeFirst();
    await inner.db
      .deleteFrom("events")
      .where("network", "=", network)
      .where((or) => or.or([or("operation", "is", null), or("operation", "!=", except)]))
      .execute();
    return Number(operations.numDeletedRows);
  });
}

function stateEvent(
  operation: Pick<OperationRecord, "id" | "kind" | "network" | "summary">,
  state: OperationState,
  error: unknown,
): NewEvent {
  const { id, kind, network, summary } = operation;
  return { type: "operation.changed", network, operation: id, data: { kind, summary, state, ...(error === undefined ? {} : { error }) } };
}

function toNullable(value: unknown): string | null {
  return value === undefined || value === null ? null : toJson(value);
}

function toOptional(row: Selectable<Schema["operations"]> | undefined): OperationRecord | undefined {
  return row === undefined ? undefined : toRecord(row);
}

function toRecord(row: Selectable<Schema["operations"]>): OperationRecord {
  return {
    id: row.id,
    kind: row.kind,
    network: row.network ?? undefined,
    summary: row.summary,
    input: fromJson(row.input),
    state: row.state as OperationState,
    error: fromJson(row.error),
    result: fromJson(row.result),
    exclusive: row.exclusive === 1,
    cancelRequested: row.cancel_requested === 1,
    actor: row.actor ?? undefined,
    owner: row.owner ?? undefined,
    fence: row.fence,
    leaseUntil: toDate(row.lease_until),
    createdAt: new Date(row.created_at),
    startedAt: toDate(row.started_at),
    finishedAt: toDate(row.finished_at),
  };
}
