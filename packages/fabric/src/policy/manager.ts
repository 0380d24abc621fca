import { fromBinary } from "@bufbuild/protobuf";
import { fabricErrors } from "../errors.ts";
import type { MspManager } from "../msp/manager.ts";
import { common } from "../wire.ts";
import { createEvaluator, PolicyError, type PolicyEvaluator } from "./evaluator.ts";
import { createSignaturePolicy } from "./signature.ts";

/**
 * All policies of a channel configuration by their path, such as `/Channel/Application/Writers`
 * (Fabric: common/policies/manager.go).
 */
export class PolicyManager {
  readonly #policies: ReadonlyMap<string, PolicyEvaluator>;

  private constructor(policies: ReadonlyMap<string, PolicyEvaluator>) {
    this.#policies = policies;
  }

  /** Compiles the policies of the root group of a channel. Throws `FABRIC_CONFIG_INVALID` for one that cannot be compiled. */
  static fromChannelGroup(root: common.ConfigGroup, msps: MspManager): PolicyManager {
    const policies = new Map<string, PolicyEvaluator>();
    addGroup("/Channel", root, msps, policies);
    return new PolicyManager(policies);
  }

  /** Whether the configuration has a policy at this absolute path. */
  has(path: string): boolean {
    return this.#policies.has(path);
  }

  /** The policy at this absolute path; one that refuses everybody when there is none, as in Fabric. */
  get(path: string): PolicyEvaluator {
    return this.#policies.get(path) ?? rejectAll(path);
  }

  /** The paths of all policies, in the order of the tree. */
  paths(): string[] {
    return [...this.#policies.keys()];
  }
}

function rejectAll(path: string): PolicyEvaluator {
  return {
    evaluate() {
      throw new PolicyError(`no such policy: '${path}'`);
    },
    evaluateIdentities: () => false,
  };
}

function addGroup(path: string, group: common.ConfigGroup, msps: MspManager, policies: Map<string, PolicyEvaluator>): void {
  for (const [name, sub] of Object.entries(group.groups)) addGroup(`${path}/${name}`, sub, msps, policies);
  for (const [name, entry] of Object.entries(group.policies)) {
    try {
      if (entry.policy === undefined) throw new PolicyError("it is empty");
      policies.set(`${path}/${name}`, compile(path, group, entry.policy, msps, policies));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw fabricErrors.create("FABRIC_CONFIG_INVALID", { reason: `policy ${path}/${name}: ${reason}` }, { cause });
    }
  }
}

function compile(
  path: string,
  group: common.ConfigGroup,
  policy: common.Policy,
  msps: MspManager,
  known: ReadonlyMap<string, PolicyEvaluator>,
): PolicyEvaluator {
  switch (policy.type) {
    case common.Policy_PolicyType.SIGNATURE:
      return createSignaturePolicy(fromBinary(common.SignaturePolicyEnvelopeSchema, policy.value), msps);
    case common.Policy_PolicyType.IMPLICIT_META:
      return implicitMeta(path, group, fromBinary(common.ImplicitMetaPolicySchema, policy.value), msps, known);
    case common.Policy_PolicyType.UNKNOWN:
    case common.Policy_PolicyType.MSP:
    default:
      throw new PolicyError(`unknown policy type: ${policy.type}`);
  }
}

/** Counts the policies of one name in the groups directly below (Fabric: common/policies/implicitmeta.go). */
function implicitMeta(
  path: string,
  group: common.ConfigGroup,
  { rule, subPolicy }: common.ImplicitMetaPolicy,
  msps: MspManager,
  known: ReadonlyMap<string, PolicyEvaluator>,
): PolicyEvaluator {
  const names = Object.keys(group.groups);
  const subs = names.map((name) => known.get(`${path}/${name}/${subPolicy}`) ?? rejectAll(`${path}/${name}/${subPolicy}`));
  const threshold = implicitThreshold(rule, subs.length);
  return createEvaluator(msps, (identities) => {
    let satisfied = 0;
    for (const sub of subs) {
      if (satisfied === threshold) break;
      if (sub.evaluateIdentities(identities)) satisfied += 1;
    }
    return satisfied >= threshold
      ? undefined
      : `implicit policy evaluation failed - ${satisfied} sub-policies were satisfied, but this policy requires ${threshold} of the '${subPolicy}' sub-policies to be satisfied`;
  });
}

/** How many of `count` sub-policies a rule asks for; none where there are none. */
export function implicitThreshold(rule: common.ImplicitMetaPolicy_Rule, count: number): number {
  if (count === 0) return 0;
  switch (rule) {
    case common.ImplicitMetaPolicy_Rule.ANY:
      return 1;
    case common.ImplicitMetaPolicy_Rule.ALL:
      return count;
    case common.ImplicitMetaPolicy_Rule.MAJORITY:
      return Math.floor(count / 2) + 1;
    default:
      throw new PolicyError(`unknown implicit meta rule ${String(rule)}`);
  }
}
