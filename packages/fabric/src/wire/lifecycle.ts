export * from "../internal/wire/peer/lifecycle/chaincode_definition_pb.js";
export * from "../internal/wire/peer/lifecycle/db_pb.js";
export * from "../internal/wire/peer/lifecycle/lifecycle_pb.js";
