import { text, type Invocation } from "../command.ts";
import { facts } from "../render/table.ts";
import { connect } from "../server/connect.ts";
import { consoleReady, loginLink } from "../server/console.ts";

/** `heddle login`: a one-time link into the console. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const { client, address } = await connect(output, signal);
  await consoleReady(client, output, signal);
  const link = await loginLink(client, address, text(invocation, "account"));
  output.result(link, () =>
    facts([
      ["console", link.url],
      ["account", link.account],
      ["valid", `once, until ${link.expiresAt}`],
    ]),
  );
}
