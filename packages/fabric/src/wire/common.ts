export * from "../internal/wire/common/collection_pb.js";
export * from "../internal/wire/common/common_pb.js";
export * from "../internal/wire/common/configtx_pb.js";
export * from "../internal/wire/common/configuration_pb.js";
export * from "../internal/wire/common/ledger_pb.js";
export * from "../internal/wire/common/policies_pb.js";
