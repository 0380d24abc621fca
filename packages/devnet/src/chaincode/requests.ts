import { create, fromBinary, toBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { peer } from "@heddle/fabric/wire";
import { devnetErrors } from "../errors.ts";
import { historySource, metadataResult, OpenQueries, pageOf, rangeSource } from "./queries.ts";
import type { ChaincodeTransaction } from "./transaction.ts";

const Type = peer.ChaincodeMessage_Type;

/** Largest batch of writes or keys in one message, told to chaincode in READY. */
export const MAX_BATCH = 1000;

const NOTHING = new Uint8Array();

type Answer = (payload: Uint8Array, transaction: ChaincodeTransaction, queries: OpenQueries) => Uint8Array | Promise<Uint8Array>;

/** An answer to requests of one message type. */
function on<Schema extends DescMessage>(
  schema: Schema,
  answer: (request: MessageShape<Schema>, transaction: ChaincodeTransaction, queries: OpenQueries) => Uint8Array | Promise<Uint8Array>,
): Answer {
  return (payload, transaction, queries) => answer(fromBinary(schema, payload), transaction, queries);
}

const queryResult = (response: peer.QueryResponse): Uint8Array => toBinary(peer.QueryResponseSchema, response);

/** What the peer answers, by the type of the request (Fabric: core/chaincode/handler.go, handleMessageReadyState). */
const answers = new Map<peer.ChaincodeMessage_Type, Answer>([
  [Type.GET_STATE, on(peer.GetStateSchema, ({ key, collection }, transaction) => read(transaction, collection, key))],
  [Type.GET_STATE_MULTIPLE, on(peer.GetStateMultipleSchema, readMultiple)],
  [
    Type.GET_PRIVATE_DATA_HASH,
    on(
      peer.GetStateSchema,
      ({ key, collection }, { simulator, namespace }) => simulator.getPrivateDataHash(namespace, collection, key) ?? NOTHING,
    ),
  ],
  [Type.PUT_STATE, on(peer.PutStateSchema, ({ key, value, collection }, transaction) => put(transaction, collection, key, value))],
  [Type.DEL_STATE, on(peer.DelStateSchema, ({ key, collection }, transaction) => put(transaction, collection, key, NOTHING))],
  [
    Type.PURGE_PRIVATE_DATA,
    on(peer.PurgePrivateStateSchema, ({ key, collection }, { simulator, namespace }) =>
      simulator.purgePrivateData(namespace, collection, key),
    ),
  ],
  [
    Type.WRITE_BATCH_STATE,
    on(peer.WriteBatchStateSchema, (batch, transaction) => {
      for (const record of batch.rec) writeRecord(transaction, record);
      return NOTHING;
    }),
  ],
  [
    Type.GET_STATE_METADATA,
    on(peer.GetStateMetadataSchema, ({ key, collection }, { simulator, namespace }) => {
      requirePublic(collection, namespace);
      return metadataResult(simulator.getStateMetadata(namespace, key));
    }),
  ],
  [
    Type.PUT_STATE_METADATA,
    on(peer.PutStateMetadataSchema, ({ key, collection, metadata }, transaction) => putMetadata(transaction, collection, key, metadata)),
  ],
  [
    Type.INVOKE_CHAINCODE,
    on(peer.ChaincodeSpecSchema, async (spec, transaction) => toBinary(peer.ChaincodeMessageSchema, await transaction.callChaincode(spec))),
  ],
  [Type.GET_STATE_BY_RANGE, on(peer.GetStateByRangeSchema, (request, ...rest) => queryResult(rangeQuery(request, ...rest)))],
  [
    Type.GET_HISTORY_FOR_KEY,
    on(peer.GetHistoryForKeySchema, ({ key }, { ledger, namespace }, queries) =>
      queryResult(queries.start(historySource(ledger.history(namespace, key)))),
    ),
  ],
  [
    Type.GET_QUERY_RESULT,
    on(peer.GetQueryResultSchema, ({ collection, metadata }, { namespace }) => {
      requirePublic(collection, namespace);
      const paged = pageOf(queryMetadata(metadata)) !== undefined;
      throw new Error(`${paged ? "ExecuteQueryWithMetadata" : "ExecuteQuery"} not supported for leveldb`);
    }),
  ],
  [Type.QUERY_STATE_NEXT, on(peer.QueryStateNextSchema, ({ id }, _transaction, queries) => queryResult(queries.next(id)))],
  [
    Type.QUERY_STATE_CLOSE,
    on(peer.QueryStateCloseSchema, ({ id }, _transaction, queries) => {
      queries.close(id);
      return queryResult(create(peer.QueryResponseSchema, { id }));
    }),
  ],
]);

/**
 * Answers one request of chaincode within a transaction: the payload of its RESPONSE.
 * Throws with the cause that chaincode is told (Fabric: core/chaincode/handler.go).
 */
export async function answerRequest(
  message: peer.ChaincodeMessage,
  transaction: ChaincodeTransaction,
  queries: OpenQueries,
): Promise<Uint8Array> {
  const answer = answers.get(message.type);
  if (answer === undefined)
    throw new Error(`[${transaction.txId}] the peer does not answer messages of type ${Type[message.type] ?? message.type}`);
  return answer(message.payload, transaction, queries);
}

function read({ simulator, namespace }: ChaincodeTransaction, collection: string, key: string): Uint8Array {
  return (collection === "" ? simulator.getState(namespace, key) : simulator.getPrivateData(namespace, collection, key)) ?? NOTHING;
}

function readMultiple({ keys, collection }: peer.GetStateMultiple, transaction: ChaincodeTransaction): Uint8Array {
  const { simulator, namespace } = transaction;
  const values =
    collection === ""
      ? simulator.getStates(namespace, keys).map((value) => value ?? NOTHING)
      : keys.map((key) => read(transaction, collection, key));
  return toBinary(peer.GetStateMultipleResultSchema, create(peer.GetStateMultipleResultSchema, { values }));
}

function put({ simulator, namespace }: ChaincodeTransaction, collection: string, key: string, value: Uint8Array): Uint8Array {
  if (collection === "") simulator.putState(namespace, key, value);
  else simulator.putPrivateData(namespace, collection, key, value);
  return NOTHING;
}

/** Key-level endorsement is refused, whatever the key. */
function putMetadata(
  { simulator, namespace }: ChaincodeTransaction,
  collection: string,
  key: string,
  metadata: peer.StateMetadata | undefined,
): never {
  requirePublic(collection, namespace);
  return simulator.putStateMetadata(namespace, key, new Map(metadata === undefined ? [] : [[metadata.metakey, metadata.value]]));
}

/** Refuses what this version can do for public state only. Throws DEVNET_COLLECTIONS_NOT_SUPPORTED. */
function requirePublic(collection: string, namespace: string): void {
  if (collection !== "") throw devnetErrors.create("DEVNET_COLLECTIONS_NOT_SUPPORTED", { namespace, collection });
}

function writeRecord(transaction: ChaincodeTransaction, record: peer.WriteRecord): void {
  switch (record.type) {
    case peer.WriteRecord_Type.PUT_STATE:
      put(transaction, record.collection, record.key, record.value);
      break;
    case peer.WriteRecord_Type.DEL_STATE:
      put(transaction, record.collection, record.key, NOTHING);
      break;
    case peer.WriteRecord_Type.PURGE_PRIVATE_DATA:
      transaction.simulator.purgePrivateData(transaction.namespace, record.collection, record.key);
      break;
    case peer.WriteRecord_Type.PUT_STATE_METADATA:
      putMetadata(transaction, record.collection, record.key, record.metadata);
      break;
    case peer.WriteRecord_Type.UNDEFINED:
    default:
      throw new Error("unknown operation type");
  }
}

function queryMetadata(bytes: Uint8Array): peer.QueryMetadata | undefined {
  return bytes.length === 0 ? undefined : fromBinary(peer.QueryMetadataSchema, bytes);
}

function rangeQuery(request: peer.GetStateByRange, transaction: ChaincodeTransaction, queries: OpenQueries): peer.QueryResponse {
  const { simulator, namespace } = transaction;
  const { startKey, endKey, collection } = request;
  requirePublic(collection, namespace);
  const page = pageOf(queryMetadata(request.metadata));
  if (page === undefined) return queries.start(rangeSource(namespace, simulator.getStateByRange(namespace, startKey, endKey)));
  const iterator = simulator.getStateByRangePage(namespace, page.bookmark === "" ? startKey : page.bookmark, endKey, page.pageSize);
  return OpenQueries.page(rangeSource(namespace, iterator), iterator, page.pageSize > 0 ? page.pageSize : Number.POSITIVE_INFINITY);
}
