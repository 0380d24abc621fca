export * from "../internal/wire/gateway/gateway_pb.js";
