import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ExportedFile } from "@heddle/api";
import { cliErrors } from "../errors.ts";

/**
 * Writes files below a folder, with the permissions each asks for.
 * @throws HeddleError CLI_FILE_NOT_WRITTEN, also for a path that would leave the folder.
 */
export async function writeFiles(folder: string, files: readonly ExportedFile[]): Promise<void> {
  for (const file of files) {
    const target = path.resolve(folder, file.path);
    if (!target.startsWith(path.resolve(folder) + path.sep))
      throw cliErrors.create("CLI_FILE_NOT_WRITTEN", { file: file.path, reason: "it leaves the folder" });
    try {
      await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
      // A new file, since an old one would keep its permissions.
      await rm(target, { force: true });
      await writeFile(target, file.content, { mode: file.mode, flag: "wx" });
    } catch (error) {
      throw cliErrors.create(
        "CLI_FILE_NOT_WRITTEN",
        { file: target, reason: error instanceof Error ? error.message : String(error) },
        { cause: error },
      );
    }
  }
}
