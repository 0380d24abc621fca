import { argument, type Invocation } from "../command.ts";
import { connect } from "../server/connect.ts";
import { fileSize } from "../render/values.ts";

/** `heddle backup verify`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const { client } = await connect(output, signal);
  const { backup } = await client.verifyBackup({ params: { backup: argument(invocation, 0) } }, { signal });
  output.result({ backup }, () => `${backup.id}: ${backup.files} files, ${fileSize(backup.bytes)}, all as they were written\n`);
}
