import { argument, text, type Invocation } from "../command.ts";
import { table } from "../render/table.ts";
import { connect } from "../server/connect.ts";

/** `heddle channel search`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const { client } = await connect(output, signal);
  const channel = text(invocation, "channel");
  const query = { q: argument(invocation, 1), ...(channel === undefined ? {} : { channel }) };
  const { hits } = await client.search({ params: { name: argument(invocation, 0) }, query }, { signal });
  output.result({ hits }, () =>
    table(
      ["channel", "what", "found", "detail"],
      hits.map((hit) => [hit.channel, hit.kind, hit.title, hit.detail]),
      "nothing was found",
    ),
  );
}
