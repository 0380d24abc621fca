// The devnet process: node main.ts --config FILE. Ends cleanly on SIGTERM and SIGINT.
import { renameSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { isHeddleError } from "@heddle/network";
import { pino } from "pino";
import { readDevnetConfig } from "./config.ts";
import { startDevnet, type Devnet } from "./devnet.ts";

const { values } = parseArgs({ options: { config: { type: "string" } } });

function announce(file: string, devnet: Devnet): void {
  const content = { pid: process.pid, startedAt: new Date().toISOString(), nodes: devnet.nodes };
  writeFileSync(`${file}.part`, JSON.stringify(content));
  renameSync(`${file}.part`, file);
}

async function main(): Promise<void> {
  if (values.config === undefined) {
    console.error("usage: main.ts --config FILE");
    process.exitCode = 2;
    return;
  }
  const config = readDevnetConfig(values.config);
  const logger = pino({ level: config.logLevel, base: { network: config.network } });
  const devnet = await startDevnet(config, { logger });
  const stop = (signal: string): void => {
    logger.info({ signal }, "devnet is stopping");
    devnet.close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, "devnet did not stop cleanly");
        process.exit(1);
      },
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  if (config.readyFile !== undefined) announce(config.readyFile, devnet);
}

main().catch((error: unknown) => {
  if (isHeddleError(error)) console.error(`${error.code}: ${error.message}\nnext: ${error.next}`);
  else console.error(error);
  process.exit(1);
});
