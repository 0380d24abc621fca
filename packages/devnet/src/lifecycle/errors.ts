import { fromBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { wireReason } from "../validation/wire.ts";

/** Something asked for does not exist; answered with status 404 instead of 500. */
export class NotFoundError extends Error {
  override readonly name = "NotFoundError";
}

/** Reads the argument of a lifecycle function. Throws an Error with Fabric's text (core/dispatcher). */
export function decodeArgs<Schema extends DescMessage>(name: string, schema: Schema, bytes: Uint8Array): MessageShape<Schema> {
  try {
    return fromBinary(schema, bytes);
  } catch (cause) {
    throw new Error(`could not decode input arg for *lifecycle.Invocation.${name}: ${wireReason(cause)}`, { cause });
  }
}
