import type { Certificate } from "@heddle/api";
import { argument, flag, type Invocation } from "../command.ts";
import { certificateTable } from "../render/certificates.ts";
import { connect } from "../server/connect.ts";

/** `heddle certificate list`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const { client } = await connect(output, signal);
  const calendar = await client.listCertificates({ params: { name: argument(invocation, 0) } }, { signal });
  const isOnlyExpiring = flag(invocation, "expiring");
  const certificates = isOnlyExpiring ? calendar.certificates.filter(isDue) : calendar.certificates;
  const shown = { ...calendar, certificates };
  output.result(shown, () => certificateTable(shown, isOnlyExpiring ? "no certificate expires within 30 days" : "no certificates"));
}

/** Whether somebody has to look after it. */
export function isDue({ state, superseded, revokedAt }: Certificate): boolean {
  return (state === "expiring" || state === "expired") && !superseded && revokedAt === undefined;
}
