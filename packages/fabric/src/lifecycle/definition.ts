import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { fabricErrors } from "../errors.ts";
import { formatSignaturePolicy, parseSignaturePolicy } from "../policy/text.ts";
import { lifecycle, peer } from "../wire.ts";

/** What the organisations of a channel agree on before a chaincode runs. */
export interface ChaincodeDefinitionSpec {
  readonly name: string;
  readonly version: string;
  /** 1 for the first definition, one more with every change. */
  readonly sequence: number;
  /** A signature policy, or the path of a channel policy; `/Channel/Application/Endorsement` when absent. */
  readonly endorsementPolicy?: string;
  readonly initRequired?: boolean;
}

/** ApplicationPolicy bytes of an endorsement policy; empty, so that the peer's default holds, when there is none. */
export function endorsementPolicyBytes(policy: string | undefined): Uint8Array {
  if (policy === undefined) return new Uint8Array();
  const type = policy.startsWith("/")
    ? ({ case: "channelConfigPolicyReference", value: policy } as const)
    : ({ case: "signaturePolicy", value: parseSignaturePolicy(policy) } as const);
  return toBinary(peer.ApplicationPolicySchema, create(peer.ApplicationPolicySchema, { Type: type }));
}

/**
 * An endorsement policy in words, as {@link endorsementPolicyBytes} takes it: a signature policy's text or the path of a
 * channel policy. Throws `FABRIC_POLICY_INVALID` when the bytes are no ApplicationPolicy.
 */
export function describeEndorsementPolicy(validationParameter: Uint8Array): string {
  const type = applicationPolicy(validationParameter);
  if (type.case === "signaturePolicy") return formatSignaturePolicy(type.value);
  return type.value ?? "/Channel/Application/Endorsement";
}

function applicationPolicy(bytes: Uint8Array): peer.ApplicationPolicy["Type"] {
  try {
    return fromBinary(peer.ApplicationPolicySchema, bytes).Type;
  } catch (cause) {
    throw fabricErrors.create("FABRIC_POLICY_INVALID", { position: 0, reason: "its bytes are no ApplicationPolicy" }, { cause });
  }
}

function shared(spec: ChaincodeDefinitionSpec) {
  return {
    name: spec.name,
    version: spec.version,
    sequence: BigInt(spec.sequence),
    validationParameter: endorsementPolicyBytes(spec.endorsementPolicy),
    initRequired: spec.initRequired ?? false,
  };
}

/** Arguments of `InstallChaincode`. */
export function installArgs(chaincodePackage: Uint8Array): Array<Uint8Array | string> {
  const schema = lifecycle.InstallChaincodeArgsSchema;
  return ["InstallChaincode", toBinary(schema, create(schema, { chaincodeInstallPackage: chaincodePackage }))];
}

/** Arguments of `ApproveChaincodeDefinitionForMyOrg`; without a package id the organisation approves without running it. */
export function approveArgs(spec: ChaincodeDefinitionSpec, installedPackage: string | undefined): Array<Uint8Array | string> {
  const schema = lifecycle.ApproveChaincodeDefinitionForMyOrgArgsSchema;
  const source = create(lifecycle.ChaincodeSourceSchema, {
    Type:
      installedPackage === undefined
        ? { case: "unavailable", value: {} }
        : { case: "localPackage", value: { packageId: installedPackage } },
  });
  return ["ApproveChaincodeDefinitionForMyOrg", toBinary(schema, create(schema, { ...shared(spec), source }))];
}

/** Arguments of `CheckCommitReadiness`. */
export function readinessArgs(spec: ChaincodeDefinitionSpec): Array<Uint8Array | string> {
  const schema = lifecycle.CheckCommitReadinessArgsSchema;
  return ["CheckCommitReadiness", toBinary(schema, create(schema, shared(spec)))];
}

/** Arguments of `CommitChaincodeDefinition`. */
export function commitArgs(spec: ChaincodeDefinitionSpec): Array<Uint8Array | string> {
  const schema = lifecycle.CommitChaincodeDefinitionArgsSchema;
  return ["CommitChaincodeDefinition", toBinary(schema, create(schema, shared(spec)))];
}
