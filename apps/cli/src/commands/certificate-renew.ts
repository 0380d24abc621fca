import { argument, flag, restArguments, text, texts, usageError, type Invocation } from "../command.ts";
import { finish } from "../finish.ts";
import { confirmed } from "../input/confirm.ts";
import { wholeNumber } from "../input/values.ts";
import { connect } from "../server/connect.ts";

/** Longer than any certificate is valid. */
const ALL_DAYS = 100_000;

/** `heddle certificate renew`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const [name, names, organizations] = [argument(invocation, 0), restArguments(invocation, 1), texts(invocation, "org")];
  const withinDays = daysOf(invocation);
  const isNew = flag(invocation, "newKeys");
  const { client } = await connect(output, signal);
  const whose = names.length === 0 ? "nodes and users" : names.join(", ");
  if (!(await confirmed(invocation, `Renew certificates of ${whose} of ${name}${isNew ? " with new keys" : ""}; nodes restart one by one`)))
    return;
  const { operation } = await client.renewCertificates({
    params: { name },
    body: {
      ...(names.length === 0 ? {} : { names: [...names] }),
      ...(organizations.length === 0 ? {} : { organizations: [...organizations] }),
      ...(withinDays === undefined ? {} : { withinDays }),
      ...(isNew ? { newKeys: true } : {}),
    },
  });
  await finish(invocation, client, operation);
}

function daysOf(invocation: Invocation): number | undefined {
  const given = text(invocation, "within");
  if (!flag(invocation, "all")) return given === undefined ? undefined : wholeNumber("--within", given, 0, ALL_DAYS);
  if (given !== undefined) throw usageError(invocation, "--all and --within exclude each other");
  return ALL_DAYS;
}
