import { text, type Invocation } from "../command.ts";
import { wholeNumber } from "../input/values.ts";
import { table } from "../render/table.ts";
import { connect } from "../server/connect.ts";

/** `heddle audit`: who changed what. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const limit = wholeNumber("--limit", text(invocation, "limit") ?? "50", 1, 1000);
  const { client } = await connect(output, signal);
  const { entries } = await client.listAudit({ query: { actor: text(invocation, "actor"), limit } }, { signal });
  output.result({ entries }, () =>
    table(
      ["at", "actor", "action", "target", "outcome", "from"],
      entries.map(({ at, actor, action, target, outcome, address }) => [at, actor ?? "?", action, target ?? "", outcome, address ?? ""]),
      "nothing was changed yet",
    ),
  );
}
