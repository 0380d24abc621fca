export * from "../internal/wire/orderer/smartbft/configuration_pb.js";
