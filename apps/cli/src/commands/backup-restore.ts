import { argument, text, type Invocation } from "../command.ts";
import { finish } from "../finish.ts";
import { connect } from "../server/connect.ts";

/** `heddle backup restore`. */
export async function run(invocation: Invocation): Promise<void> {
  const { client } = await connect(invocation.output, invocation.signal);
  const name = text(invocation, "as");
  const { operation } = await client.restoreBackup({
    params: { backup: argument(invocation, 0) },
    body: name === undefined ? {} : { name },
  });
  await finish(invocation, client, operation);
}
