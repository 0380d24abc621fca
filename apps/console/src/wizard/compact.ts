import { networkFileSchema, type NetworkFile } from "@heddle/network";
import { stringify } from "yaml";

type Json = Record<string, unknown>;

/** A file larger than this is written whole: finding out what may be left out reads it once for each field. */
const LARGEST = 16 * 1024;

/**
 * The YAML a person would have written: without whatever the schema fills in by
 * itself. A field is left out exactly if reading the rest gives the same network.
 */
export function compactYaml(file: NetworkFile): string {
  return stringify(compact(file), { lineWidth: 0, aliasDuplicateObjects: false });
}

/** See {@link compactYaml}. A file that is not right is left as it is. */
export function compact(file: NetworkFile): unknown {
  const whole = JSON.stringify(file);
  const draft = JSON.parse(whole) as Json;
  const meaning = read(draft);
  if (meaning === undefined || whole.length > LARGEST) return draft;
  drop(draft, () => read(draft) === meaning);
  return draft;
}

function read(value: unknown): string | undefined {
  const result = networkFileSchema.safeParse(value);
  return result.success ? JSON.stringify(result.data) : undefined;
}

function drop(value: Json, same: () => boolean): void {
  for (const [key, inner] of Object.entries(value)) {
    // What runs a network is worth reading even where it is the default.
    if (key === "runtime" || key === "name") continue;
    // Undefined is read as absent, and keeps the field's place among the others.
    value[key] = undefined;
    if (same()) {
      delete value[key];
      continue;
    }
    value[key] = inner;
    for (const part of Array.isArray(inner) ? inner : [inner]) if (typeof part === "object" && part !== null) drop(part as Json, same);
  }
}
