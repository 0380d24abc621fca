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
    const headEnd = body.indexOf("\r\n\r\n", start);
    const name = headEnd < 0 || headEnd > next ? undefined : /\bname="([^"]*)"/.exec(body.subarray(start, headEnd).toString("utf8"))?.[1];
    if (name !== undefined) parts.push({ name, content: body.subarray(headEnd + 4, next - 2) });
    at = next;
  }
  return parts;
}
