import { argument, type Invocation } from "../command.ts";
import { table } from "../render/table.ts";
import { connect } from "../server/connect.ts";

/** `heddle identity list`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const { client } = await connect(output, signal);
  const { identities } = await client.listIdentities({ params: { name: argument(invocation, 0) } }, { signal });
  output.result({ identities }, () =>
    table(
      ["organisation", "name", "kind", "valid until", "revoked", "serial"],
      identities.map(({ organization, name, kind, notAfter, revokedAt, serial }) => [
        organization,
        name,
        kind,
        notAfter.slice(0, 10),
        revokedAt ?? "no",
        serial,
      ]),
      "no identities",
    ),
  );
}
