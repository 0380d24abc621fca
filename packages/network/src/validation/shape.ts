import type { z } from "zod";
import { networkJsonSchema } from "../json-schema.ts";
import type { Finding } from "./finding.ts";
import { valueAt, type PathPart } from "./path.ts";
import { suggestion } from "./suggest.ts";

type Issue = z.core.$ZodIssue;

/** Turns what zod found into findings for people. */
export function shapeFindings(issues: readonly Issue[], document: unknown): Finding[] {
  return issues.flatMap((issue) => describe(issue, document));
}

function describe(issue: Issue, document: unknown): Finding[] {
  const parts = issue.path.map((part): PathPart => (typeof part === "number" ? part : String(part)));
  const value = valueAt(document, parts);
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(parts, key));
  if (value === undefined && issue.code !== "custom") return [missing(parts, issue)];
  switch (issue.code) {
    case "invalid_value":
      return [unknownValue(parts, value, issue.values.map(String))];
    case "invalid_type":
      return [
        {
          parts,
          rule: "wrong_type",
          message: `must be ${article(issue.expected)}, not ${typeName(value)}`,
          suggestion: quoteHint(issue.expected, value),
        },
      ];
    case "too_small":
    case "too_big":
      return [outOfRange(parts, issue)];
    case "custom":
      return [{ parts, rule: String(issue.params?.["rule"] ?? "bad_value"), message: issue.message }];
    default:
      return [{ parts, rule: "bad_value", message: issue.message, suggestion: spelling(value) }];
  }
}

function missing(parts: readonly PathPart[], issue: Issue): Finding {
  const only = issue.code === "invalid_value" && issue.values.length === 1 ? issue.values[0] : undefined;
  return { parts, rule: "missing", message: "is missing", suggestion: only === undefined ? undefined : `write ${String(only)}` };
}

function unknownKey(parts: readonly PathPart[], key: string): Finding {
  return {
    parts: [...parts, key],
    rule: "unknown_key",
    message: "is not a field of the network file",
    suggestion: suggestion(key, keysAt(parts)),
  };
}

function unknownValue(parts: readonly PathPart[], value: unknown, known: readonly string[]): Finding {
  const written = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  // YAML reads 3.1 as a number: the person wrote the right thing without quotes.
  const hint =
    typeof value === "number"
      ? `write it in quotes: "${known.find((text) => Number(text) === value) ?? known.at(-1)}"`
      : suggestion(written, known);
  return {
    parts,
    rule: "unknown_value",
    message: `must be ${known.length === 1 ? known[0] : `one of ${known.join(", ")}`}, not ${shorten(written)}`,
    suggestion: hint,
  };
}

function outOfRange(parts: readonly PathPart[], issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): Finding {
  const small = issue.code === "too_small";
  const limit = String(small ? issue.minimum : issue.maximum);
  const unit = issue.origin === "string" ? " characters" : issue.origin === "array" ? " entries" : "";
  return {
    parts,
    rule: small ? "too_small" : "too_large",
    message: `must ${unit === "" ? "be" : "have"} at ${small ? "least" : "most"} ${limit}${unit}`,
  };
}

function typeName(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  return article(typeof value);
}

function article(type: string): string {
  const names: Record<string, string> = {
    object: "a group of fields",
    array: "a list",
    string: "text",
    int: "a whole number",
    number: "a number",
    boolean: "true or false",
  };
  return names[type] ?? type;
}

function quoteHint(expected: string, value: unknown): string | undefined {
  return expected === "string" && (typeof value === "number" || typeof value === "boolean") ? `write it in quotes: "${value}"` : undefined;
}

/** A lower-case spelling with hyphens, where that is all that is wrong. */
function spelling(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const better = value
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, "-");
  return better !== value && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(better) ? `for example ${better}` : undefined;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Made once: it takes milliseconds, and is asked for each unknown field. */
let schemaOfFile: unknown;

/** Names of the fields allowed at a path, from the JSON Schema. */
function keysAt(parts: readonly PathPart[]): string[] {
  let schema: unknown = (schemaOfFile ??= networkJsonSchema());
  for (const part of parts) schema = valueAt(schema, typeof part === "number" ? ["items"] : ["properties", part]);
  const properties = valueAt(schema, ["properties"]);
  return typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
}
