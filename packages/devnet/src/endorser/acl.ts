import { create, toBinary } from "@bufbuild/protobuf";
import { PolicyError, type Identity, type MspManager, type SignedData } from "@heddle/fabric";
import { msp } from "@heddle/fabric/wire";
import type { ChannelLedger } from "../ledger/ledger.ts";

const WRITERS = "/Channel/Application/Writers";
const READERS = "/Channel/Application/Readers";

/** Policies of channel resources; a channel's configuration can override them (Fabric: core/aclmgmt/defaultaclprovider.go). */
const CHANNEL_POLICIES: Readonly<Record<string, string>> = {
  "_lifecycle/CommitChaincodeDefinition": WRITERS,
  "_lifecycle/QueryChaincodeDefinition": WRITERS,
  "_lifecycle/QueryChaincodeDefinitions": WRITERS,
  "_lifecycle/CheckCommitReadiness": WRITERS,
  "qscc/GetChainInfo": READERS,
  "qscc/GetBlockByNumber": READERS,
  "qscc/GetBlockByHash": READERS,
  "qscc/GetTransactionByID": READERS,
  "qscc/GetBlockByTxID": READERS,
  "cscc/GetConfigBlock": READERS,
  "cscc/GetChannelConfig": READERS,
  "peer/Propose": WRITERS,
  "peer/ChaincodeToChaincode": WRITERS,
  "event/Block": READERS,
  "event/FilteredBlock": READERS,
  "gateway/CommitStatus": READERS,
  "gateway/ChaincodeEvents": READERS,
};

/** Throws unless the signed request satisfies the policy of a channel's resource. */
export function checkChannelAcl(resource: string, ledger: ChannelLedger, signed: SignedData): void {
  const { bundle } = ledger;
  const own = bundle.acls.get(resource);
  const path = own ?? CHANNEL_POLICIES[resource];
  if (path === undefined) throw new PolicyError(`Unmapped policy for ${resource}`);
  try {
    bundle.policies.get(path).evaluate([signed]);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    // Two providers, two texts (Fabric: core/policy/policy.go, core/aclmgmt/resourceprovider.go).
    const text =
      own === undefined
        ? `Failed evaluating policy on signed data during check policy on channel [${ledger.channelId}] with policy [${path}]: [${reason}]`
        : `failed evaluating policy on signed data during check policy [${path}]: [${reason}]`;
    throw new PolicyError(text, { cause });
  }
}

/** Throws what Fabric says of a resource of channels that is asked for without one (core/policy/policy.go, `CheckPolicyNoChannel`). */
export function refuseChannelPolicy(resource: string): never {
  const path = CHANNEL_POLICIES[resource];
  if (path === undefined) throw new PolicyError(`Unmapped policy for ${resource}`);
  throw new PolicyError(
    `Failed getting local MSP principal during channelless check policy with policy [${path}]: [MSP Principal role [${path}] not recognized]`,
  );
}

/** Throws unless the request is signed by a member (or administrator) of the node's own organisation. */
export function checkLocalAcl(role: "Admins" | "Members", mspId: string, localMsp: MspManager, signed: SignedData): void {
  const refuse = (reason: string): Error =>
    new PolicyError(
      `Failed verifying that proposal's creator satisfies local MSP principal during channelless check policy with policy [${role}]: [${reason}]`,
    );
  let identity: Identity;
  try {
    identity = localMsp.deserialize(signed.identity);
  } catch (cause) {
    throw refuse(cause instanceof Error ? cause.message : String(cause));
  }
  const type = role === "Admins" ? msp.MSPRole_MSPRoleType.ADMIN : msp.MSPRole_MSPRoleType.MEMBER;
  const principal = create(msp.MSPPrincipalSchema, {
    principalClassification: msp.MSPPrincipal_Classification.ROLE,
    principal: toBinary(msp.MSPRoleSchema, create(msp.MSPRoleSchema, { mspIdentifier: mspId, role: type })),
  });
  if (!identity.satisfies(principal)) {
    const [name, unit] = role === "Admins" ? ["an admin", "ADMIN"] : ["a member", "MEMBER"];
    throw refuse(`The identity is not ${name} under this MSP [${mspId}]: The identity does not contain OU [${unit}], MSP: [${mspId}]`);
  }
  if (!identity.verify(signed.data, signed.signature)) throw refuse("The signature is invalid");
}
