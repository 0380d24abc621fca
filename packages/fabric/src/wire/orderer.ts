export * from "../internal/wire/orderer/ab_pb.js";
export * from "../internal/wire/orderer/cluster_pb.js";
export * from "../internal/wire/orderer/clusterserver_pb.js";
export * from "../internal/wire/orderer/configuration_pb.js";
