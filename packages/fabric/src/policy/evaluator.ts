import type { Identity } from "../msp/identity.ts";
import type { MspManager } from "../msp/manager.ts";

/** Something signed: the message, who says so, and the signature. */
export interface SignedData {
  readonly data: Uint8Array;
  /** SerializedIdentity bytes. */
  readonly identity: Uint8Array;
  readonly signature: Uint8Array;
}

/** A policy was not satisfied. The text follows Fabric's. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
}

/** A policy that can be asked. */
export interface PolicyEvaluator {
  /** Throws {@link PolicyError} unless the signatures satisfy the policy. */
  evaluate(signed: readonly SignedData[]): void;
  /** Whether these identities, whose signatures were checked before, satisfy it; each once. */
  evaluateIdentities(identities: readonly Identity[]): boolean;
}

/**
 * The identities behind signatures that hold, each once, in order. A wrong signature or an
 * unknown identity is left out without an error (Fabric: common/policies/policy.go).
 */
export function signersOf(signed: readonly SignedData[], manager: MspManager): Identity[] {
  const found = new Map<string, Identity>();
  for (const { data, identity: serialized, signature } of signed) {
    try {
      const identity = manager.deserialize(serialized);
      if (!found.has(identity.key) && identity.verify(data, signature)) found.set(identity.key, identity);
    } catch {
      // An identity that nobody vouches for counts as absent.
    }
  }
  return [...found.values()];
}

/** Lists of identities whose verdict a policy keeps. */
const keptVerdicts = 500;

/**
 * An evaluator from a test over identities: undefined when they satisfy the policy, else Fabric's text that says
 * they do not. The test depends on the identities alone, so the same ones in the same order are tested once.
 */
export function createEvaluator(manager: MspManager, test: (identities: readonly Identity[]) => string | undefined): PolicyEvaluator {
  const verdicts = new Map<string, string | undefined>();
  const refusalOf = (identities: readonly Identity[]): string | undefined => {
    const [only, another] = identities;
    const key = only !== undefined && another === undefined ? only.key : identities.map((identity) => identity.key).join("");
    if (verdicts.has(key)) return verdicts.get(key);
    const refusal = test(identities);
    if (verdicts.size >= keptVerdicts) verdicts.clear();
    verdicts.set(key, refusal);
    return refusal;
  };
  return {
    evaluate(signed) {
      const refusal = refusalOf(signersOf(signed, manager));
      if (refusal !== undefined) throw new PolicyError(refusal);
    },
    evaluateIdentities: (identities) => refusalOf(identities) === undefined,
  };
}
