export * from "../internal/wire/gossip/message_pb.js";
