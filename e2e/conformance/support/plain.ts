/** A text with names in place of what is of this run: addresses, ids, hashes, times, certificates, folders. */
export function plain(text: string, names: ReadonlyMap<string, string>): string {
  let named = text;
  for (const [value, name] of names) named = named.replaceAll(value, name);
  return (
    named
      // Go's protobuf library writes one space or another, by build.
      .replaceAll("\u00a0", " ")
      // oxlint-disable-next-line no-control-regex
      .replaceAll(/\u001b\[[\d;]*m/g, "")
      .replaceAll(/-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----(?:\\n|\n)?/g, "<certificate>")
      .replaceAll(/\b[0-9a-f]{64}\b/g, "<hash>")
      .replaceAll(/\b(?:[0-9a-f]{2}){32,}\b/g, "<hex>")
      .replaceAll(/[A-Za-z0-9+/]{60,}={0,2}/g, "<base64>")
      .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?: ?[+-]\d{4} [A-Z]+|Z)?(?: m=[+-][\d.]+)?/g, "<time>")
      .replaceAll(/\b127\.0\.0\.1:\d+/g, "<address>")
  );
}
