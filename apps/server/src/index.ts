export { authErrors } from "./auth/errors.ts";
export { consoleErrors } from "./console/errors.ts";
export { serverErrors } from "./errors.ts";
export { defaultHome } from "./lifetime/home.ts";
export { readServerFile, type ServerFile } from "./lifetime/server-file.ts";
export { DEFAULT_PORT, heddleVersion, serve, type BackendParts, type RunningServer, type ServeOptions } from "./serve.ts";
export type { ExplorerServices } from "./explorer/services.ts";
export type { Backend, CallFacts, FileFacts, LogFacts, NetworkServices, NodeFacts, SubmitFacts, WhoseFacts } from "./ports.ts";
