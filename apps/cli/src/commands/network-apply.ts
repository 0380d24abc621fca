import type { Client, Operation } from "@heddle/api";
import { isHeddleError, type NetworkFile } from "@heddle/network";
import { requiredText, type Invocation } from "../command.ts";
import { cliErrors } from "../errors.ts";
import { finish } from "../finish.ts";
import { confirmed } from "../input/confirm.ts";
import { readNetworkFile } from "../input/files.ts";
import { planText } from "../render/plan.ts";
import { connect } from "../server/connect.ts";

/** `heddle network apply`: what the file says comes to be; a network that is not there yet is created. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const network = await readNetworkFile(requiredText(invocation, "file"));
  const { client } = await connect(output, signal);
  const plan = await client.planNetwork({ body: { spec: network } }, { signal });
  output.note(planText(plan, output.paint).trimEnd());
  if (plan.empty) {
    output.result({ plan }, () => "");
    return;
  }
  const refused = plan.changes.filter(({ supported }) => !supported);
  if (refused.length > 0) {
    const problems = refused.map(({ path, summary }) => ({ path, message: summary }));
    throw cliErrors.create("CLI_CHANGE_NOT_SUPPORTED", { count: refused.length }, { problems });
  }
  const count = plan.changes.length;
  if (!(await confirmed(invocation, `Making ${count === 1 ? "this change" : `these ${count} changes`} to ${plan.network}`))) return;
  await finish(invocation, client, await begin(client, network));
}

async function begin(client: Client, network: NetworkFile): Promise<Operation> {
  const body = { spec: network };
  try {
    return (await client.applyNetwork({ params: { name: network.metadata.name }, body })).operation;
  } catch (error) {
    if (!isHeddleError(error, "STORE_NETWORK_NOT_FOUND")) throw error;
    return (await client.createNetwork({ body })).operation;
  }
}
