export * from "../internal/wire/orderer/etcdraft/configuration_pb.js";
export * from "../internal/wire/orderer/etcdraft/metadata_pb.js";
