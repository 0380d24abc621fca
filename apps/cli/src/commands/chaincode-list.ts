import { argument, type Invocation } from "../command.ts";
import { table } from "../render/table.ts";
import { connect } from "../server/connect.ts";

/** `heddle chaincode list`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const { client } = await connect(output, signal);
  const { chaincodes } = await client.listChaincodes({ params: { name: argument(invocation, 0) } }, { signal });
  output.result({ chaincodes }, () =>
    table(
      ["chaincode", "channel", "version", "sequence", "package", "deployed"],
      chaincodes.map((item) => [item.name, item.channel, item.version, String(item.sequence), item.packageId, item.deployedAt]),
      "no chaincodes",
    ),
  );
}
