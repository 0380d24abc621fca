export * from "../internal/wire/ledger/rwset/kvrwset/kv_rwset_pb.js";
