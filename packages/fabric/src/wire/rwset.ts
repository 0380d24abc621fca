export * from "../internal/wire/ledger/rwset/rwset_pb.js";
