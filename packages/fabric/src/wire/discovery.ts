export * from "../internal/wire/discovery/protocol_pb.js";
