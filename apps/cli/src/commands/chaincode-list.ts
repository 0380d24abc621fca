import { asCalled } from "../called.ts";
import { argument, type Invocation } from "../command.ts";
import { table } from "../render/table.ts";
import { connect } from "../server/connect.ts";

/** `heddle chaincode list`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const name = argument(invocation, 0);
  const { client } = await connect(output, signal);
  const { chaincodes } = await client.listChaincodes({ params: { name } }, { signal });
  output.result({ chaincodes }, () =>
    table(
      ["chaincode", "channel", "version", "sequence", "deployed", "package"],
      chaincodes.map((item) => [item.name, item.channel, item.version, String(item.sequence), item.deployedAt, item.packageId]),
      asCalled(`no chaincodes; deploy one with: heddle chaincode deploy ${name} FOLDER`),
    ),
  );
}
