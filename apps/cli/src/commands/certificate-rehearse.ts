import { argument, type Invocation } from "../command.ts";
import { cliErrors } from "../errors.ts";
import { certificateTable, consequenceText } from "../render/certificates.ts";
import { connect } from "../server/connect.ts";
import { isDue } from "./certificate-list.ts";

/** Of a date such as 2035-06-01. */
const DAY_LENGTH = 10;

/** `heddle certificate rehearse`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const [name, day] = [argument(invocation, 0), argument(invocation, 1)];
  const at = timeOf(day);
  const { client } = await connect(output, signal);
  const rehearsal = await client.rehearseCertificates({ params: { name }, query: { at } }, { signal });
  const due = { ...rehearsal, certificates: rehearsal.certificates.filter(isDue) };
  output.result(rehearsal, () => {
    const stops = rehearsal.consequences.map((one) => `  ${consequenceText(one)}\n`);
    const heading = stops.length === 0 ? `on ${at.slice(0, 10)} everything works\n` : `on ${at.slice(0, 10)}, if nothing is renewed:\n`;
    return [heading, ...stops, "\n", certificateTable(due, "no certificate is expired then, or expires within 30 days")].join("");
  });
}

/** ISO 8601 of a time, or of the end of a day. */
function timeOf(text: string): string {
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text.length === DAY_LENGTH ? `${text}T23:59:59Z` : text) : new Date(Number.NaN);
  if (Number.isNaN(at.getTime()))
    throw cliErrors.create("CLI_OPTION_INVALID", { option: "DATE", value: text, expected: "Give a day such as 2035-06-01." });
  return at.toISOString();
}
