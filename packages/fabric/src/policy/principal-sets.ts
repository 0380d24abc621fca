import { fromBinary } from "@bufbuild/protobuf";
import { common } from "../wire.ts";
import { implicitThreshold } from "./manager.ts";
import { peerMspId } from "./principals.ts";

/**
 * More combinations than this are not looked at: alternatives are then left out at random, as Fabric
 * does beyond ten thousand (common/graph/perm.go). A majority of twenty organisations has 167,960.
 */
const MAX_COMBINATIONS = 1000;

/** How many peers of each organisation, by MSP id, satisfy a policy together. */
export type OrganizationCombination = ReadonlyMap<string, number>;

/**
 * The minimal combinations of organisations whose peers' endorsements satisfy a signature policy, at
 * most a thousand of them. None when no peers can satisfy it, as with a policy that asks for clients.
 */
export function signatureCombinations(envelope: common.SignaturePolicyEnvelope): OrganizationCombination[] {
  const visit = (rule: common.SignaturePolicy | undefined): OrganizationCombination[] => {
    if (rule?.Type.case === "signedBy") {
      const principal = envelope.identities[rule.Type.value];
      const mspId = principal === undefined ? undefined : peerMspId(principal);
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

/** Ways to satisfy `n` of the alternatives, each by one of its own combinations. */
function combine(alternatives: ReadonlyArray<readonly OrganizationCombination[]>, n: number): OrganizationCombination[] {
  if (n <= 0) return [new Map()];
  const usable = thin(
    alternatives.filter((options) => options.length > 0),
    n,
  );
  let partial: Array<{ readonly taken: number; readonly sum: OrganizationCombination }> = [{ taken: 0, sum: new Map() }];
  for (const [index, options] of usable.entries()) {
    const left = usable.length - index - 1;
    const next = partial.flatMap((one) => [
      one,
      ...(one.taken < n ? options.map((option) => ({ taken: one.taken + 1, sum: add(one.sum, option) })) : []),
    ]);
    // What can still reach n, each only once.
    const unique = new Map(next.filter((one) => one.taken + left >= n).map((one) => [`${one.taken} ${keyOf(one.sum)}`, one]));
    partial = [...unique.values()].slice(0, 2 * MAX_COMBINATIONS);
  }
  return partial.filter((one) => one.taken === n).map((one) => one.sum);
}

/** Leaves alternatives out at random until choosing `n` of them has few enough outcomes. */
function thin<Alternative>(alternatives: readonly Alternative[], n: number): Alternative[] {
  const left = [...alternatives];
  while (binomialExceeds(left.length, n, MAX_COMBINATIONS)) left.splice(Math.floor(Math.random() * left.length), 1);
  return left;
}

function binomialExceeds(n: number, k: number, limit: number): boolean {
  if (k > n) return false;
  let outcomes = 1;
  for (let index = 1; index <= Math.min(k, n - k); index += 1) {
    outcomes = (outcomes * (n - index + 1)) / index;
    if (outcomes > limit) return true;
  }
  return false;
}

function add(a: OrganizationCombination, b: OrganizationCombination): OrganizationCombination {
  const sum = new Map(a);
  for (const [mspId, count] of b) sum.set(mspId, (sum.get(mspId) ?? 0) + count);
  return sum;
}

function keyOf(combination: OrganizationCombination): string {
  return [...combination].map(String).toSorted().join(";");
}

function totalOf(combination: OrganizationCombination): number {
  return [...combination.values()].reduce((sum, count) => sum + count, 0);
}

/** Without repetitions and without combinations that hold another one, at most {@link MAX_COMBINATIONS}. */
function minimal(combinations: readonly OrganizationCombination[]): OrganizationCombination[] {
  const unique = new Map(combinations.map((one) => [keyOf(one), one]));
  const sized = [...unique.values()].map((one) => ({ one, total: totalOf(one) })).toSorted((a, b) => a.total - b.total);
  const kept: Array<(typeof sized)[number]> = [];
  const covers = (a: OrganizationCombination, b: OrganizationCombination): boolean =>
    [...b].every(([mspId, count]) => (a.get(mspId) ?? 0) >= count);
  for (const candidate of sized) {
    if (kept.length === MAX_COMBINATIONS) break;
    if (!kept.some((smaller) => smaller.total < candidate.total && covers(candidate.one, smaller.one))) kept.push(candidate);
  }
  return kept.map(({ one }) => one);
}
