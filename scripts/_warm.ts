import { flushCompileCache } from "node:module"; import { createRequire } from "node:module";
const { commands } = await import("../apps/cli/src/catalogue.ts");
for (const c of commands) if (c.name !== "test") await c.load();
await import("../apps/cli/src/program.ts"); await import("../apps/cli/src/invoke.ts");
await import("../apps/server/src/serve.ts"); await import("../apps/server/src/backend.ts");
await import("../packages/devnet/src/devnet.ts");
const r = createRequire(import.meta.url); r("fabric-shim"); r("fabric-contract-api");
flushCompileCache(); process.exit(0);
