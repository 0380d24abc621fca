export { devnetConfigSchema, readDevnetConfig } from "./config.ts";
export type { DevnetConfig, DevnetConfigInput, DevnetNode } from "./config.ts";
export { startDevnet } from "./devnet.ts";
export type { Devnet, DevnetOptions, NodeChanges, RunningNode } from "./devnet.ts";
export { devnetErrors } from "./errors.ts";
