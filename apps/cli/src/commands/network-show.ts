import type { NetworkDetail, Node } from "@heddle/api";
import { formatNetworkFile, validateNetwork } from "@heddle/network";
import { argument, flag, type Invocation } from "../command.ts";
import { nodeTable } from "../render/nodes.ts";
import { proofLines } from "../render/proof.ts";
import { facts } from "../render/table.ts";
import { connect } from "../server/connect.ts";

/** `heddle network show`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const name = argument(invocation, 0);
  const { client } = await connect(output, signal);
  const network = await client.getNetwork({ params: { name } }, { signal });
  if (flag(invocation, "file")) {
    output.result(network.spec, () => formatNetworkFile(validateNetwork(network.spec)));
    return;
  }
  const { nodes } = await client.listNodes({ params: { name } }, { signal });
  output.result({ network, nodes }, () => describe(network, nodes));
}

function describe(network: NetworkDetail, nodes: readonly Node[]): string {
  const about = facts([
    ["name", network.name],
    ["state", network.state],
    ["runtime", `${network.runtime}, Fabric ${network.fabricVersion}`],
    ["organisations", network.organizations.map(({ name, mspId }) => `${name} (${mspId})`).join(", ")],
    ["channels", network.channels.join(", ")],
    ["created", network.createdAt],
    ["operation", network.operation],
    ["proof", proofLines(network.proof).join("; ")],
  ]);
  return `${about}\n${nodeTable(nodes)}`;
}
