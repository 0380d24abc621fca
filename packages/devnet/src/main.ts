// The devnet process: node main.ts --config FILE. Ends cleanly on SIGTERM and SIGINT.
// Of a network that does not run it does one of these instead: with --reset CHANNEL:BLOCK it takes a channel back
// to a block, with --leave PEER,PEER:CHANNEL it takes a channel off peers (Fabric: peer node unjoin), with --drop NODE,NODE
// it removes all that nodes keep. While it runs it is asked for such changes on its control socket.
import { renameSync, writeFileSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { parseArgs } from "node:util";
import { isHeddleError } from "@heddle/network/errors";
import { pino } from "pino";
import { readDevnetConfig, type DevnetConfig, type DevnetNode } from "./config.ts";
import type { ControlRequest } from "./control/messages.ts";
import { openControl } from "./control/server.ts";
import { startDevnet, type Devnet } from "./devnet.ts";
import { devnetErrors } from "./errors.ts";
import { resetLedger } from "./ledger/reset.ts";
import { ChannelLedgers, ledgerFile } from "./node/channels.ts";
import { forgetChannel, forgetNode, type Kept } from "./node/leaving.ts";
import { Membership, membershipFile } from "./node/membership.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({ options: { config: text, reset: text, leave: text, drop: text } });

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

function keptIn({ directory }: DevnetConfig): Kept {
  const ledgers = new ChannelLedgers(directory, pino({ level: "silent" }));
  return { directory, ledgers, membership: new Membership(membershipFile(directory)) };
}

function leaveChannel(config: DevnetConfig, wanted: string): void {
  const [peers = "", channelId = ""] = wanted.split(":");
  forgetChannel(keptIn(config), peers.split(","), channelId);
}

function dropNodes(config: DevnetConfig, names: string): void {
  const kept = keptIn(config);
  for (const name of names.split(",")) forgetNode(kept, name);
}

/** Does what was asked for by the configuration as it is now, and says which nodes serve. Throws DEVNET_CONFIG_INVALID and what the change throws. */
async function change(devnet: Devnet, file: string, { start = [], restart = [], ...rest }: ControlRequest): Promise<void> {
  const { nodes, readyFile } = readDevnetConfig(file);
  const named = (name: string): DevnetNode => {
    const node = nodes.find((one) => one.name === name);
    if (node === undefined) throw devnetErrors.create("DEVNET_CONFIG_INVALID", { file, reason: `it has no node ${name}` });
    return node;
  };
  try {
    await devnet.change({ start: start.map(named), restart: restart.map(named), ...rest });
  } finally {
    if (readyFile !== undefined) announce(readyFile, devnet);
  }
}

async function main(): Promise<void> {
  if (values.config === undefined) {
    console.error("usage: main.ts --config FILE [--reset CHANNEL:BLOCK | --leave PEER,PEER:CHANNEL | --drop NODE,NODE]");
    process.exitCode = 2;
    return;
  }
  const file = values.config;
  const config = readDevnetConfig(file);
  if (values.reset !== undefined) {
    resetChannel(config, values.reset);
    return;
  }
  if (values.leave !== undefined) {
    leaveChannel(config, values.leave);
    return;
  }
  if (values.drop !== undefined) {
    dropNodes(config, values.drop);
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
  if (config.controlSocket !== undefined) await openControl(config.controlSocket, (request) => change(devnet, file, request), logger);
  if (config.readyFile !== undefined) announce(config.readyFile, devnet);
  // Node.js does so at its end, but a network lives for days, and the next one shall start quickly.
  setTimeout(flushCompileCache, KEEP_COMPILED_MS).unref();
}

main().catch((error: unknown) => {
  if (isHeddleError(error)) console.error(`${error.code}: ${error.message}\nnext: ${error.next}`);
  else console.error(error);
  process.exit(1);
});
