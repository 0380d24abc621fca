/** One part of a path into a document. */
export type PathPart = string | number;

/** Writes a path as people read it: `spec.organizations[0].mspId`. */
export function formatPath(parts: readonly PropertyKey[]): string {
  let text = "";
  for (const part of parts) {
    if (typeof part === "number") text += `[${part}]`;
    else if (/^[A-Za-z_$][\w$-]*$/.test(String(part))) text += text === "" ? String(part) : `.${String(part)}`;
    else text += `[${JSON.stringify(String(part))}]`;
  }
  return text;
}

/** The value at a path, or `undefined` where the document ends earlier. */
export function valueAt(document: unknown, parts: readonly PropertyKey[]): unknown {
  let value = document;
  for (const part of parts) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}
