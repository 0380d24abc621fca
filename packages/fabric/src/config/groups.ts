import { create, toBinary, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { fabricErrors } from "../errors.ts";
import { parseSignaturePolicy } from "../policy/text.ts";
import { common } from "../wire.ts";

const ADMINS = "Admins";

/** A configuration value whose change the group's Admins decide. */
export function configValue<Schema extends DescMessage>(
  schema: Schema,
  init: MessageInitShape<Schema>,
  modPolicy = ADMINS,
): common.ConfigValue {
  return create(common.ConfigValueSchema, { value: toBinary(schema, create(schema, init)), modPolicy });
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
  if (!condition) throw fabricErrors.create("FABRIC_CONFIG_INVALID", { reason });
}
