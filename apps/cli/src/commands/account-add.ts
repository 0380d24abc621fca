import { roles } from "@heddle/api";
import { argument, text, type Invocation } from "../command.ts";
import { oneOf } from "../input/values.ts";
import { facts } from "../render/table.ts";
import { connect } from "../server/connect.ts";
import { loginLink } from "../server/console.ts";

/** `heddle account add`: an account without a password, and the link by which its owner gets in and chooses one. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const role = oneOf("--role", text(invocation, "role") ?? "", roles);
  const { client, address } = await connect(output, signal);
  const account = await client.createAccount({ body: { name: argument(invocation, 0), role } });
  const link = await loginLink(client, address, account.name);
  output.result({ account, link }, () =>
    facts([
      ["account", `${account.name}, ${account.role}`],
      ["console", link.url],
      ["valid", `once, until ${link.expiresAt}; a password can then be chosen`],
    ]),
  );
}
