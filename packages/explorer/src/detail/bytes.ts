import { isUtf8 } from "node:buffer";

/** Bytes for people: base64 always, text where they are printable UTF-8. */
export interface BytesView {
  readonly base64: string;
  readonly text?: string;
  readonly bytes: number;
}

/** See {@link BytesView}. */
export function viewBytes(bytes: Uint8Array): BytesView {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = isUtf8(buffer) ? buffer.toString("utf8") : undefined;
  return {
    base64: buffer.toString("base64"),
    // A NUL is what composite keys are made of; other control characters are no text.
    ...(text === undefined || /[^\P{Cc}\0\t\n\r]/u.test(text) ? {} : { text }),
    bytes: buffer.length,
  };
}
