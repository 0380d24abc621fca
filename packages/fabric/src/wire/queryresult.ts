export * from "../internal/wire/ledger/queryresult/kv_query_result_pb.js";
