import { create, fromBinary, toBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { peer } from "@heddle/fabric/wire";
import { historySource, metadataResult, OpenQueries, pageOf, rangeSource } from "./queries.ts";
import type { ChaincodeTransaction } from "./transaction.ts";

const Type = peer.ChaincodeMessage_Type;

/** Largest batch of writes or keys in one message, told to chaincode in READY. */
export const MAX_BATCH = 1000;

const NOTHING = new Uint8Array();

/**
 * Answers one request of chaincode within a transaction: the payload of its RESPONSE.
 * Throws with the cause that chaincode is told (Fabric: core/chaincode/handler.go).
 */
export async function answerRequest(message: peer.ChaincodeMessage, transaction: ChaincodeTransaction, queries: OpenQueries): Promise<Uint8Array> {
  const decode = <Schema extends DescMessage>(schema: Schema): MessageShape<Schema> => fromBinary(schema, message.payload);
  const { simulator, namespace } = transaction;
  switch (message.type) {
    case Type.GET_STATE: {
      const { key, collection } = decode(peer.GetStateSchema);
      return (collection === "" ? simulator.getState(namespace, key) : simulator.getPrivateData(namespace, collection, key)) ?? NOTHING;
    }
    case Type.GET_STATE_MULTIPLE: {
      const { keys, collection } = decode(peer.GetStateMultipleSchema);
      const values = collection === "" ? simulator.getStates(namespace, keys) : keys.map((key) => simulator.getPrivateData(namespace, collection, key));
      return toBinary(peer.GetStateMultipleResultSchema, create(peer.GetStateMultipleResultSchema, { values: values.map((value) => value ?? NOTHING) }));
    }
    case Type.PUT_STATE: {
      const { key, value, collection } = decode(peer.PutStateSchema);
      put(transaction, collection, key, value);
      return NOTHING;
    }
    case Type.DEL_STATE: {
      const { key, collection } = decode(peer.DelStateSchema);
      put(transaction, collection, key, NOTHING);
      return NOTHING;
    }
    case Type.PURGE_PRIVATE_DATA: {
      const { collection } = decode(peer.PurgePrivateStateSchema);
      simulator.checkCollection(namespace, collection);
      return NOTHING;
    }
    case Type.WRITE_BATCH_STATE:
      writeBatch(transaction, decode(peer.WriteBatchStateSchema));
      return NOTHING;
    case Type.GET_STATE_METADATA: {
      const { key, collection } = decode(peer.GetStateMetadataSchema);
      if (collection !== "") simulator.checkCollection(namespace, collection);
      return metadataResult(simulator.getStateMetadata(namespace, key));
    }
    case Type.PUT_STATE_METADATA: {
      const { key, collection, metadata } = decode(peer.PutStateMetadataSchema);
      if (collection !== "") simulator.checkCollection(namespace, collection);
      return simulator.putStateMetadata(namespace, key, new Map(metadata === undefined ? [] : [[metadata.metakey, metadata.value]]));
    }
    case Type.GET_PRIVATE_DATA_HASH: {
      const { key, collection } = decode(peer.GetStateSchema);
      return simulator.getPrivateDataHash(namespace, collection, key) ?? NOTHING;
    }
    case Type.INVOKE_CHAINCODE:
      return toBinary(peer.ChaincodeMessageSchema, await transaction.callChaincode(decode(peer.ChaincodeSpecSchema)));
    case Type.GET_STATE_BY_RANGE:
    case Type.GET_QUERY_RESULT:
    case Type.GET_HISTORY_FOR_KEY:
    case Type.QUERY_STATE_NEXT:
    case Type.QUERY_STATE_CLOSE:
      return toBinary(peer.QueryResponseSchema, answerQuery(message, transaction, queries));
    case Type.UNDEFINED:
    case Type.REGISTER:
    case Type.REGISTERED:
    case Type.INIT:
    case Type.READY:
    case Type.TRANSACTION:
    case Type.COMPLETED:
    case Type.ERROR:
    case Type.RESPONSE:
    case Type.KEEPALIVE:
    default:
      throw new Error(`[${transaction.txId}] the peer does not answer messages of type ${Type[message.type] ?? message.type}`);
  }
}

function put({ simulator, namespace }: ChaincodeTransaction, collection: string, key: string, value: Uint8Array): void {
  if (collection === "") simulator.putState(namespace, key, value);
  else simulator.putPrivateData(namespace, collection, key, value);
}

function writeBatch(transaction: ChaincodeTransaction, batch: peer.WriteBatchState): void {
  for (const record of batch.rec) {
    switch (record.type) {
      case peer.WriteRecord_Type.PUT_STATE:
        put(transaction, record.collection, record.key, record.value);
        break;
      case peer.WriteRecord_Type.DEL_STATE:
        put(transaction, record.collection, record.key, NOTHING);
        break;
      case peer.WriteRecord_Type.PURGE_PRIVATE_DATA:
        transaction.simulator.checkCollection(transaction.namespace, record.collection);
        break;
      case peer.WriteRecord_Type.PUT_STATE_METADATA:
        transaction.simulator.putStateMetadata(transaction.namespace, record.key, new Map());
        break;
      case peer.WriteRecord_Type.UNDEFINED:
      default:
        throw new Error(`unknown operation type ${record.type}`);
    }
  }
}

function answerQuery(message: peer.ChaincodeMessage, transaction: ChaincodeTransaction, queries: OpenQueries): peer.QueryResponse {
  const { simulator, namespace, ledger } = transaction;
  switch (message.type) {
    case Type.GET_STATE_BY_RANGE:
      return rangeQuery(fromBinary(peer.GetStateByRangeSchema, message.payload), transaction, queries);
    case Type.GET_HISTORY_FOR_KEY: {
      const { key } = fromBinary(peer.GetHistoryForKeySchema, message.payload);
      return queries.start(historySource(ledger.history(namespace, key)));
    }
    case Type.QUERY_STATE_NEXT:
      return queries.next(fromBinary(peer.QueryStateNextSchema, message.payload).id);
    case Type.QUERY_STATE_CLOSE: {
      const { id } = fromBinary(peer.QueryStateCloseSchema, message.payload);
      queries.close(id);
      return create(peer.QueryResponseSchema, { id });
    }
    default: {
      const { collection } = fromBinary(peer.GetQueryResultSchema, message.payload);
      if (collection !== "") simulator.checkCollection(namespace, collection);
      throw new Error("ExecuteQuery not supported for leveldb");
    }
  }
}

function rangeQuery(request: peer.GetStateByRange, transaction: ChaincodeTransaction, queries: OpenQueries): peer.QueryResponse {
  const { simulator, namespace } = transaction;
  const { startKey, endKey, collection } = request;
  if (collection !== "") simulator.checkCollection(namespace, collection);
  const page = pageOf(request.metadata.length === 0 ? undefined : fromBinary(peer.QueryMetadataSchema, request.metadata));
  if (page === undefined) return queries.start(rangeSource(namespace, simulator.getStateByRange(namespace, startKey, endKey)));
  const iterator = simulator.getStateByRangePage(namespace, page.bookmark === "" ? startKey : page.bookmark, endKey, page.pageSize);
  return OpenQueries.page(rangeSource(namespace, iterator), iterator, page.pageSize > 0 ? page.pageSize : Number.POSITIVE_INFINITY);
}
