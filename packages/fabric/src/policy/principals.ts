import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { msp } from "../wire.ts";

/** The roles a policy text can name. */
export const policyRoles = ["member", "admin", "client", "peer", "orderer"] as const;
/** One of {@link policyRoles}. */
export type PolicyRole = (typeof policyRoles)[number];

const types: Readonly<Record<PolicyRole, msp.MSPRole_MSPRoleType>> = {
  member: msp.MSPRole_MSPRoleType.MEMBER,
  admin: msp.MSPRole_MSPRoleType.ADMIN,
  client: msp.MSPRole_MSPRoleType.CLIENT,
  peer: msp.MSPRole_MSPRoleType.PEER,
  orderer: msp.MSPRole_MSPRoleType.ORDERER,
};

/** The principal that a role of an MSP stands for. */
export function rolePrincipal(mspIdentifier: string, role: PolicyRole): msp.MSPPrincipal {
  return create(msp.MSPPrincipalSchema, {
    principalClassification: msp.MSPPrincipal_Classification.ROLE,
    principal: toBinary(msp.MSPRoleSchema, create(msp.MSPRoleSchema, { mspIdentifier, role: types[role] })),
  });
}

/** The role and MSP id of a role principal; undefined for any other kind. */
export function readRolePrincipal(principal: msp.MSPPrincipal): { mspId: string; role: PolicyRole } | undefined {
  if (principal.principalClassification !== msp.MSPPrincipal_Classification.ROLE) return undefined;
  const decoded = fromBinary(msp.MSPRoleSchema, principal.principal);
  const role = policyRoles.find((name) => types[name] === decoded.role);
  return role === undefined ? undefined : { mspId: decoded.mspIdentifier, role };
}

/** The MSP whose peers a principal names; undefined where peers cannot be what it names, or where it cannot be told. */
export function peerMspId(principal: msp.MSPPrincipal): string | undefined {
  switch (principal.principalClassification) {
    case msp.MSPPrincipal_Classification.ROLE: {
      const role = readRolePrincipal(principal);
      return role?.role === "member" || role?.role === "peer" ? role.mspId : undefined;
    }
    case msp.MSPPrincipal_Classification.ORGANIZATION_UNIT:
      return fromBinary(msp.OrganizationUnitSchema, principal.principal).mspIdentifier;
    case msp.MSPPrincipal_Classification.IDENTITY:
      return fromBinary(msp.SerializedIdentitySchema, principal.principal).mspid;
    case msp.MSPPrincipal_Classification.ANONYMITY:
    case msp.MSPPrincipal_Classification.COMBINED:
    default:
      return undefined;
  }
}
