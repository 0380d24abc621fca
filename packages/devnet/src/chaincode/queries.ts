import { randomUUID } from "node:crypto";
import { create, toBinary, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { peer, queryresult } from "@heddle/fabric/wire";
import type { HistoryEntry } from "../ledger/types.ts";
import type { PageIterator, RangeIterator } from "../simulation/simulator.ts";

/** Results in one answer (Fabric: core/chaincode, maxResultLimit). */
const BATCH = 100;
/** Results of one query altogether (Fabric: ledger.state.totalQueryLimit). */
const TOTAL = 100_000;

/** One result, marshaled as chaincode expects it. */
interface Source {
  next(): Uint8Array | undefined;
  close(): void;
}

function encode<Schema extends DescMessage>(schema: Schema, init: MessageInitShape<Schema>): Uint8Array {
  return toBinary(schema, create(schema, init));
}

/** Key-value results of a range. */
export function rangeSource(namespace: string, iterator: RangeIterator | PageIterator): Source {
  return {
    next() {
      const entry = iterator.next();
      return entry === undefined ? undefined : encode(queryresult.KVSchema, { namespace, key: entry.key, value: entry.value });
    },
    close: () => iterator.close(),
  };
}

/** Changes of a key, newest first. */
export function historySource(entries: Iterator<HistoryEntry>): Source {
  return {
    next() {
      const step = entries.next();
      if (step.done === true) return undefined;
      const { txId, value, timestamp, isDelete } = step.value;
      return encode(queryresult.KeyModificationSchema, { txId, value, isDelete, timestamp: timestamp ?? timestampFromDate(new Date(0)) });
    },
    close: () => void entries.return?.(),
  };
}

interface OpenQuery {
  readonly source: Source;
  /** Read one ahead when the last batch was cut; part of the next. */
  ahead: Uint8Array | undefined;
  total: number;
}

/** The open queries of one transaction. */
export class OpenQueries {
  readonly #open = new Map<string, OpenQuery>();

  /** Starts a query and answers its first batch. */
  start(source: Source): peer.QueryResponse {
    const id = randomUUID();
    this.#open.set(id, { source, ahead: undefined, total: 0 });
    return this.next(id);
  }

  /**
   * The next batch. One result more than a batch holds is read before the batch is cut, and that
   * read is part of what the transaction records (Fabric: core/chaincode/query_response_generator.go).
   * Throws when there is no such query.
   */
  next(id: string): peer.QueryResponse {
    const query = this.#open.get(id);
    if (query === undefined) throw new Error("query iterator not found");
    const results: Uint8Array[] = query.ahead === undefined ? [] : [query.ahead];
    query.ahead = undefined;
    for (;;) {
      if (query.total >= TOTAL) return this.#last(id, results);
      const result = query.source.next();
      if (result === undefined) return this.#last(id, results);
      query.total += 1;
      if (results.length === BATCH) {
        query.ahead = result;
        return response(id, results, true);
      }
      results.push(result);
    }
  }

  /** One page, which is all there is of the query. */
  static page(source: Source, iterator: PageIterator, pageSize: number): peer.QueryResponse {
    const results: Uint8Array[] = [];
    while (results.length < pageSize) {
      const result = source.next();
      if (result === undefined) break;
      results.push(result);
    }
    const metadata = encode(peer.QueryResponseMetadataSchema, { fetchedRecordsCount: results.length, bookmark: iterator.bookmark() });
    const answer = response(randomUUID(), results, false);
    answer.metadata = metadata;
    iterator.close();
    return answer;
  }

  /** Closes one query. */
  close(id: string): void {
    this.#open.get(id)?.source.close();
    this.#open.delete(id);
  }

  /** Closes all of them; what they read stays recorded. */
  closeAll(): void {
    for (const id of Array.from(this.#open.keys())) this.close(id);
  }

  #last(id: string, results: Uint8Array[]): peer.QueryResponse {
    this.close(id);
    return response(id, results, false);
  }
}

function response(id: string, results: readonly Uint8Array[], hasMore: boolean): peer.QueryResponse {
  return create(peer.QueryResponseSchema, {
    id,
    hasMore,
    results: results.map((resultBytes) => create(peer.QueryResultBytesSchema, { resultBytes })),
  });
}

/** Reads the metadata of a paged query; undefined when the query is not paged. */
export function pageOf(metadata: peer.QueryMetadata | undefined): { pageSize: number; bookmark: string } | undefined {
  return metadata === undefined || (metadata.pageSize === 0 && metadata.bookmark === "") ? undefined : metadata;
}

/** Marshaled StateMetadataResult of a key's metadata. */
export function metadataResult(entries: ReadonlyMap<string, Uint8Array>): Uint8Array {
  return encode(peer.StateMetadataResultSchema, { entries: [...entries].map(([metakey, value]) => ({ metakey, value })) });
}
