import path from "node:path";
import { argument, text, type Invocation } from "../command.ts";
import { writeFiles } from "../input/write.ts";
import { connect } from "../server/connect.ts";

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
  await writeFiles(folder, files);
  const written = files.map((file) => path.join(folder, file.path));
  output.result({ folder, files: written }, () => written.map((file) => `${file}\n`).join(""));
}
