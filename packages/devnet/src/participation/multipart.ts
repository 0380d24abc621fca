/** The content of one named part of a multipart form (RFC 7578), which is all `osnadmin` sends; undefined when it is not there. */
export function readPart(contentType: string, body: Buffer, name: string): Buffer | undefined {
  const match = /^multipart\/form-data;.*\bboundary="?([^";]+)"?/i.exec(contentType);
  if (match?.[1] === undefined) return undefined;
  const delimiter = Buffer.from(`--${match[1]}`);
  let at = body.indexOf(delimiter);
  while (at >= 0) {
    const start = at + delimiter.length + 2;
    const next = body.indexOf(delimiter, start);
    if (next < 0) return undefined;
    const headEnd = body.indexOf("\r\n\r\n", start);
    if (headEnd >= 0 && headEnd < next) {
      const head = body.subarray(start, headEnd).toString("utf8");
      if (head.includes(`name="${name}"`)) return body.subarray(headEnd + 4, next - 2);
    }
    at = next;
  }
  return undefined;
}
