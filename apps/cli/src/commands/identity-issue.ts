import { argument, texts, type Invocation } from "../command.ts";
import { finish } from "../finish.ts";
import { keyValues } from "../input/values.ts";
import { connect } from "../server/connect.ts";

/** `heddle identity issue`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const [name, organization, user] = [argument(invocation, 0), argument(invocation, 1), argument(invocation, 2)];
  const given = texts(invocation, "attribute");
  const attributes = given.length === 0 ? {} : { attributes: keyValues("--attribute", given) };
  const { client } = await connect(output, signal);
  const { operation } = await client.issueIdentity({ params: { name }, body: { organization, user, ...attributes } });
  await finish(invocation, client, operation);
}
