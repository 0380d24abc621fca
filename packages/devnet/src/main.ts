// The devnet process: node main.ts --config FILE. Ends cleanly on SIGTERM and SIGINT.
// Of a network that does not run it does one of these instead: with --reset CHANNEL:BLOCK it takes a channel back
// to a block, with --leave PEER,PEER:CHANNEL it takes a channel off peers (Fabric: peer node unjoin).
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { flushCompileCache } from "node:module";
import path from "node:path";
import { parseArgs } from "node:util";
import { isHeddleError } from "@heddle/network/errors";
import { pino } from "pino";
import { readDevnetConfig, type DevnetConfig } from "./config.ts";
import { startDevnet, type Devnet } from "./devnet.ts";
import { resetLedger } from "./ledger/reset.ts";
import { ledgerFile } from "./node/channels.ts";
import { Membership, membershipFile } from "./node/membership.ts";

const { values } = parseArgs({ options: { config: { type: "string" }, reset: { type: "string" }, leave: { type: "string" } } });

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

/** The last node that leaves takes the ledger with it. */
function leaveChannel({ directory }: DevnetConfig, wanted: string): void {
  const [peers = "", channelId = ""] = wanted.split(":");
  const membership = new Membership(membershipFile(directory));
  for (const peer of peers.split(",")) membership.remove(peer, channelId);
  // Interrupted here, the ledger stays as one that nobody has joined: a later join begins it anew.
  if (!membership.all().includes(channelId)) rmSync(path.dirname(ledgerFile(directory, channelId)), { recursive: true, force: true });
}

async function main(): Promise<void> {
  if (values.config === undefined) {
    console.error("usage: main.ts --config FILE [--reset CHANNEL:BLOCK | --leave PEER,PEER:CHANNEL]");
    process.exitCode = 2;
    return;
  }
  const config = readDevnetConfig(values.config);
  if (values.reset !== undefined) {
    resetChannel(config, values.reset);
    return;
  }
  if (values.leave !== undefined) {
    leaveChannel(config, values.leave);
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
