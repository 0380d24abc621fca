export { EmbeddedRuntime } from "./embedded/runtime.ts";
export { nodeFolder } from "./embedded/nodes.ts";
export { NativeRuntime } from "./native/runtime.ts";
export { findTools } from "./native/toolchain.ts";
export { runtimeErrors } from "./errors.ts";
export type {
  ChaincodeService,
  ChaincodeStart,
  DeliveredFile,
  InventoryItem,
  LogLine,
  LogRequest,
  NetworkPlace,
  NodePlace,
  Observation,
  RunState,
  Runtime,
  RuntimeNetwork,
} from "./port.ts";
