import type { Identity } from "../msp/identity.ts";
import type { MspManager } from "../msp/manager.ts";
import type { common, msp } from "../wire.ts";
import { createEvaluator, PolicyError, type PolicyEvaluator } from "./evaluator.ts";

const MAX_DEPTH = 100;

type Rule = (identities: readonly Identity[], used: boolean[]) => boolean;

/**
 * Compiles a signature policy. Evaluation is Fabric's (common/cauthdsl/cauthdsl.go): greedy,
 * left to right, without early exit or backtracking. A sub-rule works on a copy of the
 * `used` flags that is kept only when it succeeds, and an identity is used up by the first
 * `SignedBy` it satisfies, so the order of endorsements can decide the outcome.
 * Throws {@link PolicyError} for a policy that refers to identities it does not list.
 */
export function createSignaturePolicy(envelope: common.SignaturePolicyEnvelope, manager: MspManager): PolicyEvaluator {
  if (envelope.version !== 0)
    throw new PolicyError(`this evaluator only understands messages of version 0, but version was ${envelope.version}`);
  if (envelope.rule === undefined) throw new PolicyError("empty policy element");
  const rule = compile(envelope.rule, envelope.identities, 0);
  return createEvaluator(manager, (identities) => {
    const used = identities.map(() => false);
    return rule(identities, used) ? undefined : "signature set did not satisfy policy";
  });
}

function compile(rule: common.SignaturePolicy, principals: readonly msp.MSPPrincipal[], depth: number): Rule {
  if (depth > MAX_DEPTH) throw new PolicyError("the policy is nested too deep");
  if (rule.Type.case === "signedBy") return signedBy(rule.Type.value, principals);
  if (rule.Type.case !== "nOutOf") throw new PolicyError("unknown type of signature policy");
  const { n, rules } = rule.Type.value;
  return nOutOf(
    n,
    rules.map((sub) => compile(sub, principals, depth + 1)),
  );
}

function signedBy(index: number, principals: readonly msp.MSPPrincipal[]): Rule {
  const principal = principals[index];
  if (principal === undefined)
    throw new PolicyError(`identity index out of range, requested ${index}, but identities length is ${principals.length}`);
  return (identities, used) => {
    const found = identities.findIndex((identity, at) => used[at] !== true && identity.satisfies(principal));
    if (found >= 0) used[found] = true;
    return found >= 0;
  };
}

function nOutOf(n: number, rules: readonly Rule[]): Rule {
  return (identities, used) => {
    let verified = 0;
    for (const rule of rules) {
      const attempt = [...used];
      if (!rule(identities, attempt)) continue;
      verified += 1;
      for (const [at, flag] of attempt.entries()) used[at] = flag;
    }
    return verified >= n;
  };
}
