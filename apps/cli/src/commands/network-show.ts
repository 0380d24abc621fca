import type { Client, NetworkDetail, Node, Operation } from "@heddle/api";
import { formatNetworkFile, isHeddleError, validateNetwork, type NetworkFile } from "@heddle/network";
import { asCalled } from "../called.ts";
import { argument, flag, type Invocation } from "../command.ts";
import { nodeTable } from "../render/nodes.ts";
import { proofLines } from "../render/proof.ts";
import { facts } from "../render/table.ts";
import { shortId } from "../render/values.ts";
import { connect } from "../server/connect.ts";

/** `heddle network show`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const name = argument(invocation, 0);
  const { client } = await connect(output, signal);
  const network = await client.getNetwork({ params: { name } }, { signal });
  if (flag(invocation, "file")) {
    // An imported network may be more than what a file can ask for.
    const file = network.runtime === "imported" ? (network.spec as NetworkFile) : validateNetwork(network.spec);
    output.result(network.spec, () => formatNetworkFile(file));
    return;
  }
  const nodes = await nodesOf(client, name, signal);
  const failed = network.state === "failed" ? await lastOperation(client, name, signal) : undefined;
  output.result({ network, nodes, operation: failed }, () => describe(network, nodes, failed));
}

/** The nodes of a network; none where it has no place in the world yet, or no longer. */
export async function nodesOf(client: Client, name: string, signal: AbortSignal): Promise<readonly Node[]> {
  try {
    return (await client.listNodes({ params: { name } }, { signal })).nodes;
  } catch (error) {
    if (isHeddleError(error, "OPERATION_NETWORK_NOT_PLACED")) return [];
    throw error;
  }
}

async function lastOperation(client: Client, network: string, signal: AbortSignal): Promise<Operation | undefined> {
  const { operations } = await client.listOperations({ query: { network, limit: 1 } }, { signal });
  return operations[0];
}

function describe(network: NetworkDetail, nodes: readonly Node[], failed: Operation | undefined): string {
  const { error } = failed ?? {};
  const about = facts([
    ["name", network.name],
    ["state", network.state],
    ["failed", failed === undefined ? undefined : `${failed.summary}: ${error?.message ?? failed.state} (${error?.code ?? failed.kind})`],
    ["next", failed === undefined ? undefined : asCalled(`heddle operations retry ${shortId(failed.id)}, when the cause is mended`)],
    ["runtime", `${network.runtime}, Fabric ${network.fabricVersion}`],
    ["organisations", network.organizations.map(({ name, mspId }) => `${name} (${mspId})`).join(", ")],
    ["channels", network.channels.join(", ")],
    ["created", network.createdAt],
    ["operation", network.operation],
  ]);
  const proof = proofLines(network.proof).map((line) => `${line}\n`);
  return [about, ...(proof.length === 0 ? [] : [`\n${proof.join("")}`]), `\n${nodeTable(nodes)}`].join("");
}
