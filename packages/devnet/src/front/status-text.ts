/** Most bytes of text in one gRPC status. */
export const STATUS_TEXT_BYTES = 8 * 1024;

/**
 * A well-formed text (gRPC refuses half surrogates), cut to a number of bytes of UTF-8, with a word that it was cut. The text of a gRPC status
 * travels in HTTP/2 headers, where Node.js clients take 64 KB: what is longer ends not the call but
 * the connection, and every other call on it. Chaincode decides how long its errors are.
 */
export function clipText(text: string, bytes = STATUS_TEXT_BYTES): string {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text.toWellFormed();
  // A character that the cut went through decodes as U+FFFD.
  const kept = encoded
    .subarray(0, bytes)
    .toString()
    .replace(/\uFFFD+$/u, "");
  return `${kept}… (${encoded.length - bytes} more bytes left out)`;
}
