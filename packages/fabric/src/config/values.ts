import { fromBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { isHeddleError } from "@heddle/network/errors";
import { fabricErrors } from "../errors.ts";
import type { common } from "../wire.ts";

/** An error that names what is wrong in a configuration. */
export function invalidConfig(reason: string, cause?: unknown): Error {
  return fabricErrors.create("FABRIC_CONFIG_INVALID", { reason }, { cause });
}

/** What is wrong in a configuration, without the words around it; undefined for another error. */
export function configFault(error: unknown): string | undefined {
  if (!isHeddleError(error, "FABRIC_CONFIG_INVALID")) return undefined;
  const [before = ""] = fabricErrors.descriptors.FABRIC_CONFIG_INVALID.message.split("{reason}");
  return error.message.startsWith(before) ? error.message.slice(before.length) : error.message;
}

/** Reads a group below the channel's own; what is wrong in it is told with its name, as Fabric does (common/channelconfig/channel.go). */
export function withinGroup<Result>(name: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    const fault = configFault(cause);
    if (fault === undefined) throw cause;
    throw invalidConfig(`could not create channel ${name} sub-group config: ${fault}`, cause);
  }
}

/** A value of a group, decoded; undefined when the group has none of that name. Throws `FABRIC_CONFIG_INVALID`. */
export function readValue<Schema extends DescMessage>(
  schema: Schema,
  group: common.ConfigGroup | undefined,
  name: string,
): MessageShape<Schema> | undefined {
  const value = group === undefined || !Object.hasOwn(group.values, name) ? undefined : group.values[name];
  if (value === undefined) return undefined;
  try {
    return fromBinary(schema, value.value);
  } catch (cause) {
    throw invalidConfig(`the value ${name} cannot be decoded`, cause);
  }
}

/**
 * Throws `FABRIC_CONFIG_INVALID` unless each value of the group is one that Fabric knows there, and can be
 * decoded: a value of a later Fabric may mean that its holders have to act differently (common/channelconfig).
 */
export function requireKnownValues(group: common.ConfigGroup, schemas: Readonly<Record<string, DescMessage>>): void {
  for (const name of Object.keys(group.values)) {
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    if (schema === undefined) throw invalidConfig(`failed to deserialize values: Unexpected key ${name}`);
    readValue(schema, group, name);
  }
}
