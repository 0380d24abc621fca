import path from "node:path";
import { argument, text, type Invocation } from "../command.ts";
import { writeFiles } from "../input/write.ts";
import { shellQuote } from "../render/values.ts";
import { connect } from "../server/connect.ts";

/** What stands for the folder of the written files in the variables. */
const FOLDER = "{{directory}}";

/** `heddle env`: lines for `eval`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const name = argument(invocation, 0);
  const organization = text(invocation, "org");
  const { client, home } = await connect(output, signal);
  const environment = await client.environment({ params: { name }, query: { organization } }, { signal });
  // Within the network's own folder: deleting the network takes it away.
  const folder = path.join(home, "networks", name, "env", organization ?? "default");
  await writeFiles(folder, environment.files);
  const variables = Object.fromEntries(
    Object.entries(environment.variables).map(([key, value]) => [key, value.replaceAll(FOLDER, folder)]),
  );
  output.result({ variables }, () => exportLines(variables));
}

/** `export` lines of a POSIX shell. */
export function exportLines(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([key, value]) => `export ${key}=${shellQuote(value)}\n`)
    .join("");
}
