import { text, type Invocation } from "../command.ts";
import { cliErrors } from "../errors.ts";
import { readNetworkFile } from "../input/files.ts";
import { planText } from "../render/plan.ts";
import { connect } from "../server/connect.ts";

/** `heddle network plan`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const file = text(invocation, "file");
  if (file === undefined) throw cliErrors.create("CLI_USAGE", { reason: "give the network file with -f" });
  const network = await readNetworkFile(file);
  const { client } = await connect(output, signal);
  const plan = await client.planNetwork({ body: { spec: network } }, { signal });
  output.result(plan, () => planText(plan, output));
}
