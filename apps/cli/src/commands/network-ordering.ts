import { argument, type Invocation } from "../command.ts";
import { finish } from "../finish.ts";
import { confirmed } from "../input/confirm.ts";
import { connect } from "../server/connect.ts";

/** `heddle network ordering`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const name = argument(invocation, 0);
  const { client } = await connect(output, signal);
  if (
    !(await confirmed(
      invocation,
      `Change the ordering of ${name} to BFT, during which nothing is ordered and after which there is no way back`,
    ))
  )
    return;
  const { operation } = await client.migrateOrdering({ params: { name }, body: { type: "bft" } });
  await finish(invocation, client, operation);
}
