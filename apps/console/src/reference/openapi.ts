type Json = Readonly<Record<string, unknown>>;

/** A parameter of an operation. */
export interface ApiParameter {
  readonly name: string;
  readonly where: string;
  readonly required: boolean;
  readonly type: string;
  readonly description: string | undefined;
}

/** One operation of the document, as the page shows it. */
export interface ApiOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly permission: string;
  readonly parameters: readonly ApiParameter[];
  readonly body: unknown;
  readonly answer: unknown;
  readonly stream: boolean;
  readonly errors: readonly string[];
}

function record(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The operations of an OpenAPI document, by path. */
export function operationsOf(document: Json): ApiOperation[] {
  return Object.entries(record(document["paths"])).flatMap(([path, methods]) =>
    Object.entries(record(methods)).map(([method, shape]) => toOperation(path, method.toUpperCase(), record(shape))),
  );
}

function toOperation(path: string, method: string, shape: Json): ApiOperation {
  const responses = record(shape["responses"]);
  const content = record(record(responses["200"] ?? responses["202"])["content"]);
  const list = shape["parameters"];
  const codes = shape["x-error-codes"];
  return {
    id: `${method} ${path}`,
    method,
    path,
    summary: text(shape["summary"]),
    permission: text(shape["x-permission"]),
    parameters: (Array.isArray(list) ? list : []).map((one) => toParameter(record(one))),
    body: record(record(record(shape["requestBody"])["content"])["application/json"])["schema"],
    answer: record(content["application/json"] ?? content["text/event-stream"])["schema"],
    stream: Object.hasOwn(content, "text/event-stream"),
    errors: Array.isArray(codes) ? codes.map(String) : [],
  };
}

function toParameter(shape: Json): ApiParameter {
  const schema = record(shape["schema"]);
  return {
    name: text(shape["name"]),
    where: text(shape["in"]),
    required: shape["required"] === true,
    type: typeOf(schema),
    description: typeof schema["description"] === "string" ? schema["description"] : undefined,
  };
}

function typeOf(schema: Json): string {
  const values = schema["enum"];
  if (Array.isArray(values)) return values.map(String).join(" | ");
  return text(schema["type"]);
}

/** Levels of nested shapes that are written out. */
const DEPTH = 5;

/** A JSON Schema as TypeScript people read: fields with their types, optional ones with a question mark, descriptions behind. */
export function describeShape(schema: unknown, document: Json): string {
  return write(schema, document, "", DEPTH);
}

function write(schema: unknown, document: Json, indent: string, depth: number): string {
  const shape = resolve(record(schema), document);
  const union = shape["anyOf"] ?? shape["oneOf"];
  if (Array.isArray(union)) return [...new Set(union.map((one) => write(one, document, indent, depth)))].join(" | ");
  if (Array.isArray(shape["enum"])) return shape["enum"].map((value) => JSON.stringify(value)).join(" | ");
  if (shape["const"] !== undefined) return JSON.stringify(shape["const"]);
  if (shape["type"] === "array") return `${write(shape["items"], document, indent, depth)}[]`;
  if (shape["type"] === "object" || shape["properties"] !== undefined) return writeObject(shape, document, indent, depth);
  const format = text(shape["format"]);
  return `${text(shape["type"]) || "any"}${format === "" ? "" : ` (${format})`}`;
}

function writeObject(shape: Json, document: Json, indent: string, depth: number): string {
  const fields = Object.entries(record(shape["properties"]));
  if (fields.length === 0)
    return shape["additionalProperties"] === undefined
      ? "{}"
      : `{ [name]: ${write(shape["additionalProperties"], document, indent, depth - 1)} }`;
  if (depth === 0) return "{ … }";
  const required = Array.isArray(shape["required"]) ? shape["required"] : [];
  const lines = fields.map(([name, field]) => {
    const note = text(record(field)["description"]);
    const mark = required.includes(name) ? "" : "?";
    return `${indent}  ${name}${mark}: ${write(field, document, `${indent}  `, depth - 1)}${note === "" ? "" : `  // ${note}`}`;
  });
  return `{\n${lines.join("\n")}\n${indent}}`;
}

function resolve(schema: Json, document: Json): Json {
  const reference = schema["$ref"];
  if (typeof reference !== "string") return schema;
  const name = reference.split("/").at(-1) ?? "";
  return record(record(record(document["components"])["schemas"])[name]);
}
