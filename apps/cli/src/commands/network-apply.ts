import { text, type Invocation } from "../command.ts";
import { cliErrors } from "../errors.ts";
import { finish } from "../finish.ts";
import { confirmed } from "../input/confirm.ts";
import { readNetworkFile } from "../input/files.ts";
import { planText } from "../render/plan.ts";
import { connect } from "../server/connect.ts";

/** `heddle network apply`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const file = text(invocation, "file");
  if (file === undefined) throw cliErrors.create("CLI_USAGE", { reason: "give the network file with -f" });
  const network = await readNetworkFile(file);
  const { client } = await connect(output, signal);
  const plan = await client.planNetwork({ body: { spec: network } }, { signal });
  output.note(planText(plan, output).trimEnd());
  if (plan.empty) {
    output.result({ plan }, () => "");
    return;
  }
  const refused = plan.changes.filter(({ supported }) => !supported);
  if (refused.length > 0) {
    const problems = refused.map(({ path, summary }) => ({ path, message: summary }));
    throw cliErrors.create("CLI_CHANGE_NOT_SUPPORTED", { count: refused.length }, { problems });
  }
  if (!(await confirmed(invocation, `Make ${plan.changes.length} changes to ${plan.network}`))) return;
  const { operation } = await client.applyNetwork({ params: { name: network.metadata.name }, body: { spec: network } });
  await finish(invocation, client, operation);
}
