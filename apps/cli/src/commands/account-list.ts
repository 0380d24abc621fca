import type { Invocation } from "../command.ts";
import { table } from "../render/table.ts";
import { connect } from "../server/connect.ts";

/** `heddle account list`. */
export async function run({ output, signal }: Invocation): Promise<void> {
  const { client } = await connect(output, signal);
  const { accounts } = await client.listAccounts({}, { signal });
  output.result({ accounts }, () =>
    table(
      ["name", "role", "password", "last login", "created"],
      accounts.map(({ name, role, hasPassword, lastLoginAt, createdAt }) => [
        name,
        role,
        hasPassword ? "yes" : "no",
        lastLoginAt ?? "never",
        createdAt,
      ]),
      "no accounts",
    ),
  );
}
