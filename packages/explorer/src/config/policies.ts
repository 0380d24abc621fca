import { fromBinary } from "@bufbuild/protobuf";
import { formatSignaturePolicy } from "@heddle/fabric";
import { common } from "@heddle/fabric/wire";

/** A policy as people write it: `MAJORITY Admins`, or a signature policy's text. */
export function policyText(policy: common.Policy | undefined): string {
  if (policy === undefined) return "none";
  try {
    if (policy.type === common.Policy_PolicyType.IMPLICIT_META) {
      const { rule, subPolicy } = fromBinary(common.ImplicitMetaPolicySchema, policy.value);
      return `${common.ImplicitMetaPolicy_Rule[rule]} ${subPolicy}`;
    }
    if (policy.type === common.Policy_PolicyType.SIGNATURE)
      return formatSignaturePolicy(fromBinary(common.SignaturePolicyEnvelopeSchema, policy.value));
  } catch {
    // Said below: it cannot be read.
  }
  return `unreadable (type ${policy.type}, ${policy.value.length} bytes)`;
}
