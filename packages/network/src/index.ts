export { networkErrors } from "./catalogue.ts";
export { defineErrors, HeddleError, isHeddleError } from "./errors.ts";
export type { ErrorArguments, ErrorCatalogue, ErrorDescriptor, ErrorExtras, Problem } from "./errors.ts";
export { estimateNetwork, type NetworkEstimate } from "./estimate.ts";
export { formatNetworkFile } from "./file/format.ts";
export { MAX_FILE_BYTES, parseNetworkFile } from "./file/parse.ts";
export { networkJsonSchema } from "./json-schema.ts";
export { anchorPeersOf, nodesOf, type NodeSpec } from "./nodes.ts";
export type { Change, ChangeKind, NetworkPlan } from "./plan/change.ts";
export { planNetwork } from "./plan/plan.ts";
export { presetNetwork, presets, type Preset, type PresetName, type PresetOptions } from "./presets.ts";
export { durationMs } from "./schema/duration.ts";
export { chaincodeName, chaincodeVersion, channelName, networkName, organizationName, userName } from "./schema/names.ts";
export {
  networkFileSchema,
  type NetworkChaincode,
  type NetworkChannel,
  type NetworkFile,
  type NetworkFileInput,
  type NetworkOrganization,
} from "./schema/network-file.ts";
export { closest } from "./validation/suggest.ts";
export { validateNetwork } from "./validation/validate.ts";
