import { stat } from "node:fs/promises";
import path from "node:path";
import type { NetworkDetail } from "@heddle/api";
import { argument, flag, text, usageError, type Invocation } from "../command.ts";
import { cliErrors } from "../errors.ts";
import { finish } from "../finish.ts";
import { wholeNumber } from "../input/values.ts";
import { connect } from "../server/connect.ts";

/** `heddle chaincode deploy`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const network = argument(invocation, 0);
  const given = argument(invocation, 1);
  const source = await sourceOf(given);
  const sequence = text(invocation, "sequence");
  const body = {
    name: text(invocation, "name") ?? chaincodeName(given),
    source,
    version: text(invocation, "ccVersion"),
    sequence: sequence === undefined ? undefined : wholeNumber("--sequence", sequence, 1, 1_000_000),
    endorsementPolicy: text(invocation, "policy"),
    initRequired: flag(invocation, "initRequired") ? true : undefined,
  };
  const { client } = await connect(output, signal);
  const channel =
    text(invocation, "channel") ?? onlyChannel(invocation, await client.getNetwork({ params: { name: network } }, { signal }));
  const { operation } = await client.deployChaincode({ params: { name: network }, body: { ...body, channel } });
  await finish(invocation, client, operation);
}

async function sourceOf(given: string): Promise<{ scenario: string } | { path: string }> {
  const folder = path.resolve(given);
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) return { path: folder };
  if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(given)) return { scenario: given };
  throw cliErrors.create("CLI_SOURCE_NOT_FOUND", { source: given });
}

/** The folder's name, with what a chaincode's name cannot hold made into hyphens. */
export function chaincodeName(source: string): string {
  return path
    .basename(path.resolve(source))
    .replaceAll(/[^A-Za-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}

function onlyChannel(invocation: Invocation, { channels, name }: NetworkDetail): string {
  const [channel, ...others] = channels;
  if (channel === undefined || others.length > 0) {
    throw usageError(invocation, `${name} has ${channels.length} channels (${channels.join(", ")}); name one with --channel`);
  }
  return channel;
}
