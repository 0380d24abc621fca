import { create, toBinary, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { parseSignaturePolicy } from "../policy/text.ts";
import { common } from "../wire.ts";
import { configIdProblem } from "./elements.ts";
import { invalidConfig } from "./values.ts";

const ADMINS = "Admins";

/** A configuration value whose change the group's Admins decide. Throws `FABRIC_CONFIG_INVALID` for numbers that do not fit. */
export function configValue<Schema extends DescMessage>(schema: Schema, init: MessageInitShape<Schema>): common.ConfigValue {
  try {
    return create(common.ConfigValueSchema, { value: toBinary(schema, create(schema, init)), modPolicy: ADMINS });
  } catch (cause) {
    throw invalidConfig(`${schema.name}: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
}

/** A policy that counts the policies of one name in the groups below. */
export function metaPolicy(rule: "ANY" | "ALL" | "MAJORITY", subPolicy: string): common.ConfigPolicy {
  const value = toBinary(
    common.ImplicitMetaPolicySchema,
    create(common.ImplicitMetaPolicySchema, { rule: common.ImplicitMetaPolicy_Rule[rule], subPolicy }),
  );
  return create(common.ConfigPolicySchema, { policy: { type: common.Policy_PolicyType.IMPLICIT_META, value }, modPolicy: ADMINS });
}

/** A policy over signatures. */
export function signaturePolicy(envelope: common.SignaturePolicyEnvelope | string): common.ConfigPolicy {
  const parsed = typeof envelope === "string" ? parseSignaturePolicy(envelope) : envelope;
  const value = toBinary(common.SignaturePolicyEnvelopeSchema, parsed);
  return create(common.ConfigPolicySchema, { policy: { type: common.Policy_PolicyType.SIGNATURE, value }, modPolicy: ADMINS });
}

/** `MAJORITY Endorsement` and its like as a meta policy, any other text as a signature policy. Throws `FABRIC_POLICY_INVALID`. */
export function policyFromText(text: string): common.ConfigPolicy {
  const meta = /^\s*(ANY|ALL|MAJORITY)\s+([A-Za-z]\w*)\s*$/.exec(text);
  return meta?.[2] === undefined ? signaturePolicy(text) : metaPolicy(meta[1] as "ANY" | "ALL" | "MAJORITY", meta[2]);
}

/** A group made of its parts. */
export function configGroup(parts: {
  groups?: Record<string, common.ConfigGroup>;
  values?: Record<string, common.ConfigValue>;
  policies?: Record<string, common.ConfigPolicy>;
}): common.ConfigGroup {
  return create(common.ConfigGroupSchema, { ...parts, modPolicy: ADMINS });
}

/** Refuses a specification that would make a configuration Fabric refuses later and less clearly. */
export function requireSpec(condition: boolean, reason: string): asserts condition {
  if (!condition) throw invalidConfig(reason);
}

/** Groups by their names. Throws `FABRIC_CONFIG_INVALID` for names that Fabric does not take or that two share. */
export function groupsByName<Item extends { readonly name: string }>(
  items: readonly Item[],
  group: (item: Item) => common.ConfigGroup,
): Record<string, common.ConfigGroup> {
  const names = new Set<string>();
  for (const { name } of items) {
    requireSpec(configIdProblem(name) === undefined, `"${name}" is not a name for an organisation: letters, digits, dots and dashes`);
    requireSpec(!names.has(name), `two organisations are called ${name}`);
    names.add(name);
  }
  return Object.fromEntries(items.map((item) => [item.name, group(item)]));
}
