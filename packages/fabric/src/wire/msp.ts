export * from "../internal/wire/msp/identities_pb.js";
export * from "../internal/wire/msp/msp_config_pb.js";
export * from "../internal/wire/msp/msp_principal_pb.js";
