import { asCalled } from "../called.ts";
import { optionalArgument, type Invocation } from "../command.ts";
import { backupTable } from "../render/backups.ts";
import { connect } from "../server/connect.ts";

/** `heddle backup list`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const { client } = await connect(output, signal);
  const { backups } = await client.listBackups({ query: { network: optionalArgument(invocation, 0) } }, { signal });
  output.result({ backups }, () => backupTable(backups, asCalled("no backups; make one with: heddle backup create NAME")));
}
