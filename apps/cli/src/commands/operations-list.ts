import { text, type Invocation } from "../command.ts";
import { wholeNumber } from "../input/values.ts";
import { table } from "../render/table.ts";
import { seconds, shortId } from "../render/values.ts";
import { connect } from "../server/connect.ts";

/** `heddle operations list`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const limit = wholeNumber("--limit", text(invocation, "limit") ?? "20", 1, 1000);
  const { client } = await connect(output, signal);
  const { operations } = await client.listOperations({ query: { network: text(invocation, "network"), limit } }, { signal });
  output.result({ operations }, () =>
    table(
      ["id", "network", "state", "time", "summary", "started"],
      operations.map((operation) => [
        shortId(operation.id),
        operation.network ?? "",
        operation.state,
        seconds(operation.seconds),
        operation.summary,
        operation.createdAt,
      ]),
      "no operations",
    ),
  );
}
