import { formatNetworkFile, type NetworkFile } from "@heddle/network";
import { flag, optionalArgument, text, usageError, type Invocation } from "../command.ts";
import { readNetworkFile } from "../input/files.ts";
import { networkOfPreset } from "../input/preset.ts";
import { connect } from "../server/connect.ts";
import { finish } from "../finish.ts";

/** `heddle network create`. */
export async function run(invocation: Invocation): Promise<void> {
  const network = await wanted(invocation);
  if (flag(invocation, "print")) {
    invocation.output.result(network, () => formatNetworkFile(network));
    return;
  }
  const { client } = await connect(invocation.output, invocation.signal);
  const { operation } = await client.createNetwork({ query: { identities: text(invocation, "identities") }, body: { spec: network } });
  await finish(invocation, client, operation);
}

async function wanted(invocation: Invocation): Promise<NetworkFile> {
  const file = text(invocation, "file");
  const preset = text(invocation, "preset");
  const name = optionalArgument(invocation, 0);
  if ((file === undefined) === (preset === undefined)) {
    throw usageError(invocation, "give either a network file with -f or a preset with --preset");
  }
  if (file !== undefined) {
    const network = await readNetworkFile(file);
    return name === undefined ? network : { ...network, metadata: { ...network.metadata, name } };
  }
  if (name === undefined) throw usageError(invocation, "a network from a preset needs a name");
  return networkOfPreset({ name, preset: preset ?? "", ordering: text(invocation, "ordering"), scenario: text(invocation, "scenario") });
}
