import { networkJsonSchema } from "@heddle/network";
import { code, markdownTable } from "./table.ts";

interface Schema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** One field of the network file, with what may stand there. */
export interface Field {
  /** Such as `spec.organizations[].name`. */
  readonly path: string;
  readonly schema: Schema;
  readonly required: boolean;
}

/** Every field that a person may write, in the order of the schema. */
export function networkFields(): Field[] {
  return fieldsOf(networkJsonSchema(), "");
}

function fieldsOf({ properties = {}, required = [] }: Schema, prefix: string): Field[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    return [{ path, schema, required: required.includes(name) }, ...fieldsOf(schema, path), ...fieldsOf(schema.items ?? {}, `${path}[]`)];
  });
}

/** The JSON Schema as it is published. */
export function renderSchema(): string {
  return `${JSON.stringify(networkJsonSchema(), undefined, 2)}\n`;
}

/** The table of fields in docs/network-file.md. */
export function renderFields(): string {
  const rows = networkFields().map(({ path, schema, required }) => [
    code(path),
    kindOf(schema),
    required ? "required" : schema.default === undefined ? "" : code(JSON.stringify(schema.default)),
    schema.description ?? "",
  ]);
  return markdownTable(["field", "value", "default", "meaning"], rows);
}

function kindOf({ type, enum: choices, const: only, minimum, maximum }: Schema): string {
  if (only !== undefined) return code(only);
  if (choices !== undefined) return choices.map((choice) => code(choice)).join(", ");
  const names: Readonly<Record<string, string>> = { object: "group", array: "list", string: "text", boolean: "true or false" };
  if (type === "integer") return `whole number, ${minimum} to ${maximum}`;
  return names[type ?? ""] ?? "anything";
}
