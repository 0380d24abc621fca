import { type DescMessage, type MessageShape, fromBinary } from "@bufbuild/protobuf";

/** Decodes bytes that anybody may have made: undefined instead of an error. */
export function tryDecode<Schema extends DescMessage>(schema: Schema, bytes: Uint8Array): MessageShape<Schema> | undefined {
  try {
    return fromBinary(schema, bytes);
  } catch {
    return undefined;
  }
}

/** What Go's protobuf library says of bytes that are no message, which stands at the end of many of Fabric's texts. */
export function wireReason(error: unknown): string {
  const invalidText = error instanceof Error && /utf-?8/i.test(error.message);
  return invalidText ? "string field contains invalid UTF-8" : "proto: cannot parse invalid wire-format data";
}
