import { fromBinary } from "@bufbuild/protobuf";
import { common } from "../wire.ts";
import { implicitThreshold } from "./manager.ts";
import { PolicyError } from "./evaluator.ts";
import { principalMspId } from "./principals.ts";

/** More combinations than this are not looked at (Fabric: common/policies/inquire). */
const MAX_COMBINATIONS = 10_000;

/** How many endorsers of each organisation, by MSP id, satisfy a policy together. */
export type OrganizationCombination = ReadonlyMap<string, number>;

/**
 * The minimal combinations of organisations whose endorsements satisfy a signature policy.
 * Throws {@link PolicyError} when there are too many to list.
 */
export function signatureCombinations(envelope: common.SignaturePolicyEnvelope): OrganizationCombination[] {
  const visit = (rule: common.SignaturePolicy | undefined): OrganizationCombination[] => {
    if (rule?.Type.case === "signedBy") {
      const principal = envelope.identities[rule.Type.value];
      const mspId = principal === undefined ? undefined : principalMspId(principal);
      return mspId === undefined ? [] : [new Map([[mspId, 1]])];
    }
    if (rule?.Type.case !== "nOutOf") return [];
    const { n, rules } = rule.Type.value;
    return combine(rules.map(visit), n);
  };
  return minimal(visit(envelope.rule));
}

/** The combinations for a policy of the channel configuration, such as `/Channel/Application/Endorsement`; none when it is missing. */
export function configPolicyCombinations(root: common.ConfigGroup, path: string): OrganizationCombination[] {
  const parts = path.split("/").slice(2);
  const name = parts.pop();
  let group: common.ConfigGroup | undefined = root;
  for (const part of parts) group = group?.groups[part];
  return group === undefined || name === undefined ? [] : minimal(groupCombinations(group, name));
}

function groupCombinations(group: common.ConfigGroup, name: string): OrganizationCombination[] {
  const policy = group.policies[name]?.policy;
  if (policy?.type === common.Policy_PolicyType.SIGNATURE)
    return signatureCombinations(fromBinary(common.SignaturePolicyEnvelopeSchema, policy.value));
  if (policy?.type !== common.Policy_PolicyType.IMPLICIT_META) return [];
  const { rule, subPolicy } = fromBinary(common.ImplicitMetaPolicySchema, policy.value);
  const subs = Object.values(group.groups).map((sub) => groupCombinations(sub, subPolicy));
  return combine(subs, implicitThreshold(rule, subs.length));
}

/** Every way to satisfy `n` of the alternatives, each by one of its own combinations. */
function combine(alternatives: ReadonlyArray<readonly OrganizationCombination[]>, n: number): OrganizationCombination[] {
  let partial: Array<{ taken: number; sum: OrganizationCombination }> = [{ taken: 0, sum: new Map() }];
  for (const [index, options] of alternatives.entries()) {
    const left = alternatives.length - index - 1;
    const next = partial.flatMap((one) => [
      one,
      ...(one.taken < n ? options.map((option) => ({ taken: one.taken + 1, sum: add(one.sum, option) })) : []),
    ]);
    partial = next.filter((one) => one.taken + left >= n);
    if (partial.length > MAX_COMBINATIONS) throw new PolicyError("the policy has too many combinations to plan for");
  }
  return partial.filter((one) => one.taken === n).map((one) => one.sum);
}

function add(a: OrganizationCombination, b: OrganizationCombination): OrganizationCombination {
  const sum = new Map(a);
  for (const [mspId, count] of b) sum.set(mspId, (sum.get(mspId) ?? 0) + count);
  return sum;
}

/** Without repetitions and without combinations that hold another one. */
function minimal(combinations: readonly OrganizationCombination[]): OrganizationCombination[] {
  const unique = new Map(combinations.map((one) => [[...one].map(String).toSorted().join(";"), one]));
  const list = [...unique.values()];
  const covers = (a: OrganizationCombination, b: OrganizationCombination): boolean =>
    [...b].every(([mspId, count]) => (a.get(mspId) ?? 0) >= count);
  return list.filter((one) => !list.some((other) => other !== one && covers(one, other)));
}
