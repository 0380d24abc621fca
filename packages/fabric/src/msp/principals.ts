import { fromBinary } from "@bufbuild/protobuf";
import { msp } from "../wire.ts";

/** What an MSP can say of a certificate when a principal is put to it. */
export interface PrincipalSubject {
  readonly mspId: string;
  /** Whether the MSP vouches for the certificate. */
  isValid(): boolean;
  /** Whether the certificate is one of the administrators that the MSP lists. */
  isListedAdmin(): boolean;
  hasRole(role: "client" | "peer" | "admin" | "orderer"): boolean;
  /** Whether it has the organisational unit, below that chain of CAs. */
  hasUnit(name: string, certifiersId: Uint8Array): boolean;
  /** Whether the identity bytes hold the same certificate. */
  isCertificate(serializedIdentity: Uint8Array): boolean;
}

/** Combined principals may be nested; deeper than this is nobody's policy. */
const MAX_DEPTH = 32;

/**
 * Whether a certificate is what a principal names (Fabric: msp/mspimpl.go, satisfiesPrincipalInternalV142).
 * A listed administrator and NOMINAL anonymity hold without the certificate being valid, as in Fabric.
 * Throws for a principal that cannot be decoded.
 */
export function satisfiesPrincipal(subject: PrincipalSubject, principal: msp.MSPPrincipal, depth = 0): boolean {
  switch (principal.principalClassification) {
    case msp.MSPPrincipal_Classification.ROLE: {
      const { mspIdentifier, role } = fromBinary(msp.MSPRoleSchema, principal.principal);
      return mspIdentifier === subject.mspId && hasRole(subject, role);
    }
    case msp.MSPPrincipal_Classification.ORGANIZATION_UNIT: {
      const unit = fromBinary(msp.OrganizationUnitSchema, principal.principal);
      return (
        unit.mspIdentifier === subject.mspId &&
        subject.isValid() &&
        subject.hasUnit(unit.organizationalUnitIdentifier, unit.certifiersIdentifier)
      );
    }
    case msp.MSPPrincipal_Classification.IDENTITY:
      return subject.isCertificate(principal.principal) && subject.isValid();
    case msp.MSPPrincipal_Classification.COMBINED: {
      const parts = fromBinary(msp.CombinedPrincipalSchema, principal.principal).principals;
      return parts.length > 0 && depth < MAX_DEPTH && parts.every((part) => satisfiesPrincipal(subject, part, depth + 1));
    }
    case msp.MSPPrincipal_Classification.ANONYMITY: {
      const { anonymityType } = fromBinary(msp.MSPIdentityAnonymitySchema, principal.principal);
      return anonymityType === msp.MSPIdentityAnonymity_MSPIdentityAnonymityType.NOMINAL;
    }
    default:
      return false;
  }
}

function hasRole(subject: PrincipalSubject, role: msp.MSPRole_MSPRoleType): boolean {
  switch (role) {
    case msp.MSPRole_MSPRoleType.MEMBER:
      return subject.isValid();
    case msp.MSPRole_MSPRoleType.ADMIN:
      return subject.isListedAdmin() || (subject.isValid() && subject.hasRole("admin"));
    case msp.MSPRole_MSPRoleType.CLIENT:
      return subject.isValid() && subject.hasRole("client");
    case msp.MSPRole_MSPRoleType.PEER:
      return subject.isValid() && subject.hasRole("peer");
    case msp.MSPRole_MSPRoleType.ORDERER:
      return subject.isValid() && subject.hasRole("orderer");
    default:
      return false;
  }
}
