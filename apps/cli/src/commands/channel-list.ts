import { argument, type Invocation } from "../command.ts";
import { table } from "../render/table.ts";
import { connect } from "../server/connect.ts";

/** `heddle channel list`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const { client } = await connect(output, signal);
  const { channels } = await client.listChannels({ params: { name: argument(invocation, 0) } }, { signal });
  output.result({ channels }, () =>
    table(
      ["name", "members", "blocks", "indexed", "transactions", "not valid", "verified"],
      channels.map(({ name, members, height, indexed, transactions, invalid, verified, problem }) => [
        name,
        members.join(","),
        String(height),
        String(indexed),
        String(transactions),
        String(invalid),
        verified ? "yes" : (problem ?? "not yet"),
      ]),
      "no channels",
    ),
  );
}
