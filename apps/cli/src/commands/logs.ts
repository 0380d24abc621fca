import { argument, flag, optionalArgument, text, type Invocation } from "../command.ts";
import { wholeNumber } from "../input/values.ts";
import { connect } from "../server/connect.ts";

/** `heddle logs`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const name = argument(invocation, 0);
  const node = optionalArgument(invocation, 1);
  const tail = wholeNumber("--tail", text(invocation, "tail") ?? "200", 0, 100_000);
  const { client } = await connect(output, signal);
  const query = { node, follow: flag(invocation, "follow") ? "true" : "false", tail } as const;
  for await (const entry of client.logs({ params: { name }, query }, { signal })) {
    output.item(entry, node === undefined ? `${entry.node}  ${entry.line}` : entry.line);
  }
}
