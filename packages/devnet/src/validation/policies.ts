import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type ChannelBundle, type Identity, type PolicyEvaluator, type SignedData, createSignaturePolicy } from "@heddle/fabric";
import { common, msp, peer } from "@heddle/fabric/wire";

import { binaryKey, sortedUtf8 } from "../ledger/utf8.ts";
import { tryDecode } from "./wire.ts";

const maxCompiled = 1000;

/**
 * The identities behind endorsements whose signatures are right, each once, in
 * order. Every policy of a transaction is evaluated over this one list.
 * Fabric: common/policies, `SignatureSetToValidIdentities`.
 */
export function signersOf(signed: readonly SignedData[], bundle: ChannelBundle): Identity[] {
  const signers = new Map<string, Identity>();
  for (const { data, identity: serialized, signature } of signed) {
    const identity = tryIdentity(serialized, bundle);
    if (identity === undefined) continue;
    const name = identity.key;
    if (!signers.has(name) && identity.verify(data, signature)) signers.set(name, identity);
  }
  return [...signers.values()];
}

function tryIdentity(serialized: Uint8Array, bundle: ChannelBundle): Identity | undefined {
  try {
    return bundle.msps.deserialize(serialized);
  } catch {
    return undefined;
  }
}

/** Endorsement policies of one channel configuration, compiled once. */
export class EndorsementPolicies {
  readonly #bundle: ChannelBundle;
  readonly #compiled = new Map<string, PolicyEvaluator | undefined>();
  readonly #organizations: ReadonlyMap<string, string>;

  constructor(bundle: ChannelBundle) {
    this.#bundle = bundle;
    this.#organizations = organizationsByMsp(bundle);
  }

  /** Whether `signers` satisfy a marshaled peer.ApplicationPolicy. A policy that cannot be used is never satisfied. Fabric: core/policy. */
  satisfied(policy: Uint8Array, signers: readonly Identity[]): boolean {
    const evaluator = this.#compile(`a${binaryKey(policy)}`, () => this.#application(policy));
    return evaluator?.evaluateIdentities(signers) ?? false;
  }

  /** Whether `signers` satisfy a policy that was part of a larger message. */
  satisfiedMessage(policy: peer.ApplicationPolicy, signers: readonly Identity[]): boolean {
    return this.satisfied(toBinary(peer.ApplicationPolicySchema, policy), signers);
  }

  /** Whether `signers` satisfy a marshaled common.SignaturePolicyEnvelope, as key-level policies are. */
  satisfiedSignature(policy: Uint8Array, signers: readonly Identity[]): boolean {
    const evaluator = this.#compile(`s${binaryKey(policy)}`, () => {
      const envelope = tryDecode(common.SignaturePolicyEnvelopeSchema, policy);
      return envelope === undefined ? undefined : createSignaturePolicy(envelope, this.#bundle.msps);
    });
    return evaluator?.evaluateIdentities(signers) ?? false;
  }

  /** Whether `signers` may change chaincode definitions. Without such a policy on the channel: members of a majority of organizations. */
  lifecycleSatisfied(signers: readonly Identity[]): boolean {
    const path = "/Channel/Application/LifecycleEndorsement";
    const evaluator = this.#compile(
      `p${path}`,
      () => this.#reference(path) ?? this.#members(Math.floor(this.#organizations.size / 2) + 1, [...this.#organizations.keys()]),
    );
    return evaluator?.evaluateIdentities(signers) ?? false;
  }

  /** Whether `signers` may write an organization's implicit collection. Fabric: lifecycle, `ImplicitCollectionEndorsementPolicyAsBytes`. */
  organizationSatisfied(mspId: string, signers: readonly Identity[]): boolean {
    const organization = this.#organizations.get(mspId);
    if (organization === undefined) return false;
    const path = `/Channel/Application/${organization}/Endorsement`;
    const evaluator = this.#compile(`p${path}`, () => this.#reference(path) ?? this.#members(1, [mspId]));
    return evaluator?.evaluateIdentities(signers) ?? false;
  }

  #compile(name: string, make: () => PolicyEvaluator | undefined): PolicyEvaluator | undefined {
    if (this.#compiled.has(name)) return this.#compiled.get(name);
    if (this.#compiled.size >= maxCompiled) this.#compiled.clear();
    const evaluator = tryMake(make);
    this.#compiled.set(name, evaluator);
    return evaluator;
  }

  #application(bytes: Uint8Array): PolicyEvaluator | undefined {
    const { Type: type } = fromBinary(peer.ApplicationPolicySchema, bytes);
    if (type.case === "signaturePolicy") return createSignaturePolicy(type.value, this.#bundle.msps);
    return type.case === "channelConfigPolicyReference" ? this.#reference(type.value) : undefined;
  }

  #reference(path: string): PolicyEvaluator | undefined {
    return this.#bundle.policies.has(path) ? this.#bundle.policies.get(path) : undefined;
  }

  /** `count` of the organizations, each with any member. */
  #members(count: number, mspIds: readonly string[]): PolicyEvaluator {
    const sorted = sortedUtf8(mspIds);
    const identities = sorted.map((mspIdentifier) =>
      create(msp.MSPPrincipalSchema, {
        principalClassification: msp.MSPPrincipal_Classification.ROLE,
        principal: toBinary(msp.MSPRoleSchema, create(msp.MSPRoleSchema, { mspIdentifier, role: msp.MSPRole_MSPRoleType.MEMBER })),
      }),
    );
    const rules = sorted.map((_, index) => create(common.SignaturePolicySchema, { Type: { case: "signedBy", value: index } }));
    const rule = create(common.SignaturePolicySchema, { Type: { case: "nOutOf", value: { n: count, rules } } });
    return createSignaturePolicy(create(common.SignaturePolicyEnvelopeSchema, { rule, identities }), this.#bundle.msps);
  }
}

function tryMake(make: () => PolicyEvaluator | undefined): PolicyEvaluator | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** Name of the configuration group of each application organization, by MSP id. */
function organizationsByMsp(bundle: ChannelBundle): Map<string, string> {
  const names = new Map<string, string>();
  const application = bundle.config.channelGroup?.groups["Application"];
  for (const [name, group] of Object.entries(application?.groups ?? {})) {
    const value = group.values["MSP"]?.value;
    const config = value === undefined ? undefined : tryDecode(msp.MSPConfigSchema, value);
    const fabric = config === undefined ? undefined : tryDecode(msp.FabricMSPConfigSchema, config.config);
    if (fabric !== undefined) names.set(fabric.name, name);
  }
  return names;
}
