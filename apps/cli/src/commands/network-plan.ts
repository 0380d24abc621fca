import { requiredText, type Invocation } from "../command.ts";
import { readNetworkFile } from "../input/files.ts";
import { planText } from "../render/plan.ts";
import { connect } from "../server/connect.ts";

/** `heddle network plan`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const network = await readNetworkFile(requiredText(invocation, "file"));
  const { client } = await connect(output, signal);
  const plan = await client.planNetwork({ body: { spec: network } }, { signal });
  output.result(plan, (paint) => planText(plan, paint));
}
