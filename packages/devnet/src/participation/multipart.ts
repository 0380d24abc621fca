/** One part of a form. */
export interface FormPart {
  readonly name: string;
  readonly content: Buffer;
}

/** The named parts of a multipart form (RFC 7578), as far as it is well formed. */
export function readParts(contentType: string, body: Buffer): FormPart[] {
  const boundary = /^multipart\/form-data;.*\bboundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return [];
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: FormPart[] = [];
  for (let at = body.indexOf(delimiter); at >= 0;) {
    const start = at + delimiter.length + 2;
    const next = body.indexOf(delimiter, start);
    if (next < 0) return parts;
    const part = body.subarray(start, Math.max(start, next - 2));
    const headEnd = part.indexOf("\r\n\r\n");
    const name = headEnd < 0 ? undefined : /\bname="([^"]*)"/.exec(part.subarray(0, headEnd).toString("utf8"))?.[1];
    if (name !== undefined) parts.push({ name, content: part.subarray(headEnd + 4) });
    at = next;
  }
  return parts;
}
