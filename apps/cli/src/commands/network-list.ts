import { asCalled } from "../called.ts";
import type { Invocation } from "../command.ts";
import { table } from "../render/table.ts";
import { connect } from "../server/connect.ts";

/** `heddle network list`. */
export async function run({ output, signal }: Invocation): Promise<void> {
  const { client } = await connect(output, signal);
  const { networks } = await client.listNetworks({}, { signal });
  output.result({ networks }, () =>
    table(
      ["name", "state", "runtime", "organisations", "channels", "nodes", "created"],
      networks.map((network) => [
        network.name,
        network.state,
        network.runtime,
        network.organizations.map(({ name }) => name).join(","),
        network.channels.join(","),
        String(network.nodes),
        network.createdAt,
      ]),
      asCalled("no networks; create one with: heddle up"),
    ),
  );
}
