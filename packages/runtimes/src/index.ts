export { EmbeddedRuntime } from "./embedded/runtime.ts";
export { nodeFolder } from "./embedded/nodes.ts";
export { peerRootsFile } from "./native/config.ts";
export { ImportedRuntime } from "./imported/runtime.ts";
export { NativeRuntime } from "./native/runtime.ts";
export { toolchainErrors } from "./toolchain/errors.ts";
export { findTools, listToolchain, selectToolchain, type ToolPlace } from "./toolchain/find.ts";
export { installToolchain, type Installed, type InstallRequest } from "./toolchain/install.ts";
export { changeOf, verifyToolchain, type VersionCheck } from "./toolchain/verify.ts";
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
  NodeReach,
  Observation,
  RunState,
  Runtime,
  RuntimeNetwork,
  RuntimePrograms,
} from "./port.ts";
