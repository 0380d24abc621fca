// The devnet process: node main.ts --config FILE. Ends cleanly on SIGTERM and SIGINT.
// With --reset CHANNEL:BLOCK it takes a channel of the network, which must not run, back to a block instead.
import { renameSync, writeFileSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { parseArgs } from "node:util";
import { isHeddleError } from "@heddle/network/errors";
import { pino } from "pino";
import { readDevnetConfig, type DevnetConfig } from "./config.ts";
import { startDevnet, type Devnet } from "./devnet.ts";
import { resetLedger } from "./ledger/reset.ts";
import { ledgerFile } from "./node/channels.ts";

const { values } = parseArgs({ options: { config: { type: "string" }, reset: { type: "string" } } });

/** When what was compiled is kept, in milliseconds after the start: not while somebody waits for it. */
const KEEP_COMPILED_MS = 3000;

function announce(file: string, devnet: Devnet): void {
  const content = { pid: process.pid, startedAt: new Date().toISOString(), nodes: devnet.nodes };
  writeFileSync(`${file}.part`, JSON.stringify(content));
  renameSync(`${file}.part`, file);
}

function resetChannel({ directory }: DevnetConfig, wanted: string): void {
  const colon = wanted.lastIndexOf(":");
  const channelId = wanted.slice(0, colon);
  resetLedger({ channelId, block: Number(wanted.slice(colon + 1)), file: ledgerFile(directory, channelId) });
}

async function main(): Promise<void> {
  if (values.config === undefined) {
    console.error("usage: main.ts --config FILE [--reset CHANNEL:BLOCK]");
    process.exitCode = 2;
    return;
  }
  const config = readDevnetConfig(values.config);
  if (values.reset !== undefined) {
    resetChannel(config, values.reset);
    return;
  }
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
  // Node.js does so at its end, but a network lives for days, and the next one shall start quickly.
  setTimeout(flushCompileCache, KEEP_COMPILED_MS).unref();
}

main().catch((error: unknown) => {
  if (isHeddleError(error)) console.error(`${error.code}: ${error.message}\nnext: ${error.next}`);
  else console.error(error);
  process.exit(1);
});
