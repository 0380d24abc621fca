import type { ImportBody } from "@heddle/api";
import { argument, flag, text, texts, usageError, type Invocation } from "../command.ts";
import { finish } from "../finish.ts";
import { readMicrofab, readProfile, readTestNetwork, type ImportSource } from "../input/import-sources.ts";
import { keyValues } from "../input/values.ts";
import { importText } from "../render/imports.ts";
import { connect } from "../server/connect.ts";

/** `heddle network import`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const body: ImportBody = {
    name: argument(invocation, 0),
    source: await sourceOf(invocation),
    ...(flag(invocation, "asLocalhost") ? { asLocalhost: true } : {}),
    ...changes(invocation),
  };
  const { client } = await connect(output, signal);
  if (flag(invocation, "look")) {
    const view = await client.lookAtImport({ body }, { signal });
    output.result(view, () => importText(view));
    return;
  }
  const { operation } = await client.importNetwork({ body }, { signal });
  await finish(invocation, client, operation);
}

function sourceOf(invocation: Invocation): Promise<ImportSource> {
  const profile = text(invocation, "profile");
  const folder = text(invocation, "testNetwork");
  const microfab = text(invocation, "microfab");
  if ([profile, folder, microfab].filter((one) => one !== undefined).length !== 1)
    throw usageError(invocation, "give one of --profile, --test-network and --microfab");
  if (folder !== undefined) return readTestNetwork(folder);
  if (microfab !== undefined) return readMicrofab(microfab, invocation.signal);
  const folders = texts(invocation, "msp");
  if (folders.length === 0) throw usageError(invocation, "a connection profile names nobody who may ask; give an MSP folder with --msp");
  return readProfile(profile ?? "", folders);
}

function changes(invocation: Invocation): Pick<ImportBody, "addresses" | "operations"> {
  const addresses = keyValues("--address", texts(invocation, "address"));
  const operations = keyValues("--metrics", texts(invocation, "metrics"));
  return {
    ...(Object.keys(addresses).length === 0 ? {} : { addresses }),
    ...(Object.keys(operations).length === 0 ? {} : { operations }),
  };
}
