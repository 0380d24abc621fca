import { stat } from "node:fs/promises";
import path from "node:path";
import type { Client, NetworkDetail } from "@heddle/api";
import { isHeddleError } from "@heddle/network";
import { argument, flag, text, usageError, type Invocation } from "../command.ts";
import { cliErrors } from "../errors.ts";
import { finish } from "../finish.ts";
import { wholeNumber } from "../input/values.ts";
import { report } from "../report.ts";
import { connect } from "../server/connect.ts";
import { changesOf } from "../watch-source.ts";

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
  if (flag(invocation, "watch")) await redeployOnChange(invocation, client, { network, chaincode: body.name, channel, source });
}

interface Deployed {
  readonly network: string;
  readonly chaincode: string;
  readonly channel: string;
  readonly source: { readonly scenario: string } | { readonly path: string };
}

/** Deploys a folder's chaincode again whenever it changes, until Ctrl-C. What fails is said, and the next change is tried. */
async function redeployOnChange(invocation: Invocation, client: Client, deployed: Deployed): Promise<void> {
  const { network, chaincode, channel, source } = deployed;
  const { output, signal } = invocation;
  if (!("path" in source)) throw usageError(invocation, "--watch needs a folder: a scenario of Heddle's own does not change");
  output.note(`watching ${source.path}; Ctrl-C ends that and leaves ${chaincode} as it is`);
  for await (const file of changesOf(source.path, signal)) {
    output.note(`${file} has changed`);
    try {
      const { operation } = await client.redeployChaincode({ params: { name: network, chaincode }, body: { channel } });
      await finish(invocation, client, operation);
    } catch (error) {
      if (signal.aborted || !isHeddleError(error)) throw error;
      report(error, output.json, process.stderr);
    }
  }
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
