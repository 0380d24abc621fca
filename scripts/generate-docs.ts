// Writes the parts of docs/ that come from the code, and the JSON Schema of the
// network file. A test refuses a repository in which they differ from the code.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { generatedFiles } from "./docs/documents.ts";

const root = path.resolve(import.meta.dirname, "..");
for (const { file, text } of await generatedFiles()) {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
  console.log(file);
}
