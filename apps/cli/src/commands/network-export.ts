import { existsSync } from "node:fs";
import path from "node:path";
import { argument, text, type Invocation } from "../command.ts";
import { writeFiles } from "../input/write.ts";
import { connect } from "../server/connect.ts";

/** What is made to be changed: written once, never over what somebody may have made of it. */
const CODE = /(^|\/)package\.json$|\.[cm]?[jt]s$/;

/** `heddle network export`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const name = argument(invocation, 0);
  const folder = path.resolve(text(invocation, "out") ?? name);
  const { client } = await connect(output, signal);
  const { files } = await client.exportNetwork(
    { params: { name }, body: { organization: text(invocation, "org"), user: text(invocation, "user") } },
    { signal },
  );
  const kept = files.filter((file) => CODE.test(file.path) && existsSync(path.join(folder, file.path)));
  const writing = files.filter((file) => !kept.includes(file));
  await writeFiles(folder, writing);
  const written = writing.map((file) => path.join(folder, file.path));
  for (const file of kept) output.note(`${path.join(folder, file.path)} is there already and stays as it is`);
  output.result({ folder, files: written, kept: kept.map((file) => path.join(folder, file.path)) }, () =>
    written.map((file) => `${file}\n`).join(""),
  );
}
