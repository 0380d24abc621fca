import { type DescMessage, type MessageShape, fromBinary } from "@bufbuild/protobuf";

/** Decodes bytes that anybody may have made: undefined instead of an error. */
export function tryDecode<Schema extends DescMessage>(schema: Schema, bytes: Uint8Array): MessageShape<Schema> | undefined {
  try {
    return fromBinary(schema, bytes);
  } catch {
    return undefined;
  }
}
