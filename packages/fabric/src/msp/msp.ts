import { X509Certificate } from "node:crypto";
import { fromBinary } from "@bufbuild/protobuf";
import { sha256 } from "../crypto/hash.ts";
import { fabricErrors } from "../errors.ts";
import { msp } from "../wire.ts";
import { parseCertificate, type ParsedCertificate } from "./certificate-cache.ts";
import { requireKeyKind, validationChain, type TrustedAuthorities } from "./chain.ts";
import { IdentityError } from "./errors.ts";
import type { IdentityRules } from "./identity.ts";
import { parseRevocationList, type RevocationList } from "./revocation.ts";

/** The NodeOU names of one MSP, by role. */
interface NodeUnits {
  readonly client: string;
  readonly peer: string;
  readonly admin: string;
  readonly orderer: string;
}

/** Settings that come from the channel rather than from the MSP's own configuration. */
export interface MspOptions {
  /** Fabric's MSP version 3, from channel capability V3_0, takes Ed25519 keys. */
  readonly allowEd25519?: boolean;
}

/** One organisation's membership rules, from the channel configuration (Fabric: msp/mspimpl.go). */
export class Msp implements IdentityRules {
  readonly mspId: string;
  readonly #trusted: TrustedAuthorities;
  readonly #admins: ReadonlySet<string>;
  readonly #units: NodeUnits | undefined;
  readonly #revocations: readonly RevocationList[];
  readonly #allowEd25519: boolean;

  private constructor(config: msp.FabricMSPConfig, options: MspOptions) {
    this.mspId = config.name;
    this.#trusted = { roots: config.rootCerts.map(readAuthority), intermediates: config.intermediateCerts.map(readAuthority) };
    this.#admins = new Set(config.admins.map((pem) => parseCertificate(pem).id));
    this.#units = nodeUnits(config.fabricNodeOus);
    this.#revocations = config.revocationList.map(parseRevocationList);
    this.#allowEd25519 = options.allowEd25519 ?? false;
  }

  /** Builds the rules of a Fabric MSP. Throws `FABRIC_CONFIG_INVALID` for other kinds and unusable certificates. */
  static fromConfig(config: msp.MSPConfig, options: MspOptions = {}): Msp {
    if (config.type !== 0) throw fabricErrors.create("FABRIC_CONFIG_INVALID", { reason: `MSP type ${config.type} is not supported` });
    try {
      const inner = fromBinary(msp.FabricMSPConfigSchema, config.config);
      if (inner.name === "" || inner.rootCerts.length === 0)
        throw new IdentityError("an MSP needs a name and at least one root certificate");
      return new Msp(inner, options);
    } catch (cause) {
      throw fabricErrors.create(
        "FABRIC_CONFIG_INVALID",
        { reason: `MSP: ${cause instanceof Error ? cause.message : String(cause)}` },
        { cause },
      );
    }
  }

  verdict(certificate: ParsedCertificate): IdentityError | undefined {
    try {
      requireKeyKind(certificate.x509, this.#allowEd25519);
      const chain = validationChain(certificate.x509, this.#trusted);
      this.#requireNotRevoked(certificate, chain);
      this.#requireOneUnit(certificate);
      return undefined;
    } catch (error) {
      return error instanceof IdentityError ? error : new IdentityError(String(error), { cause: error });
    }
  }

  #requireNotRevoked(certificate: ParsedCertificate, chain: readonly X509Certificate[]): void {
    const issuer = chain[1];
    if (issuer !== undefined && this.#revocations.some((list) => list.revokes(certificate.x509, issuer))) {
      throw new IdentityError("could not validate identity against certification chain: The certificate has been revoked");
    }
  }

  #requireOneUnit(certificate: ParsedCertificate): void {
    if (this.#units === undefined) return;
    const known = Object.values(this.#units);
    const found = certificate.organizationalUnits.filter((unit) => known.includes(unit)).length;
    if (found === 1) return;
    throw new IdentityError(
      found === 0
        ? "could not validate identity's OUs: the identity does not have an OU that resolves to client, peer, orderer, or admin role"
        : "could not validate identity's OUs: the identity must be a client, a peer, an orderer or an admin identity to be valid, not a combination of them",
    );
  }

  satisfies(certificate: ParsedCertificate, serialized: Uint8Array, principal: msp.MSPPrincipal): boolean {
    switch (principal.principalClassification) {
      case msp.MSPPrincipal_Classification.ROLE:
        return this.#hasRole(certificate, fromBinary(msp.MSPRoleSchema, principal.principal));
      case msp.MSPPrincipal_Classification.ORGANIZATION_UNIT: {
        const unit = fromBinary(msp.OrganizationUnitSchema, principal.principal);
        return unit.mspIdentifier === this.mspId && certificate.organizationalUnits.includes(unit.organizationalUnitIdentifier);
      }
      case msp.MSPPrincipal_Classification.IDENTITY:
        return Buffer.compare(serialized, principal.principal) === 0;
      case msp.MSPPrincipal_Classification.COMBINED: {
        const parts = fromBinary(msp.CombinedPrincipalSchema, principal.principal).principals;
        return parts.length > 0 && parts.every((part) => this.satisfies(certificate, serialized, part));
      }
      case msp.MSPPrincipal_Classification.ANONYMITY:
        return (
          fromBinary(msp.MSPIdentityAnonymitySchema, principal.principal).anonymityType ===
          msp.MSPIdentityAnonymity_MSPIdentityAnonymityType.NOMINAL
        );
      default:
        return false;
    }
  }

  #hasRole(certificate: ParsedCertificate, role: msp.MSPRole): boolean {
    if (role.mspIdentifier !== this.mspId) return false;
    const inUnit = (unit: string | undefined): boolean => unit !== undefined && certificate.organizationalUnits.includes(unit);
    switch (role.role) {
      case msp.MSPRole_MSPRoleType.MEMBER:
        return true;
      case msp.MSPRole_MSPRoleType.ADMIN:
        return this.#admins.has(certificate.id) || inUnit(this.#units?.admin);
      case msp.MSPRole_MSPRoleType.CLIENT:
        return inUnit(this.#units?.client);
      case msp.MSPRole_MSPRoleType.PEER:
        return inUnit(this.#units?.peer);
      case msp.MSPRole_MSPRoleType.ORDERER:
        return inUnit(this.#units?.orderer);
      default:
        return false;
    }
  }
}

function readAuthority(pem: Uint8Array): X509Certificate {
  const certificate = new X509Certificate(pem);
  if (!certificate.ca)
    throw new IdentityError(`CA Certificate did not have the CA attribute, (SN: ${sha256(certificate.raw).toString("hex").slice(0, 16)})`);
  return certificate;
}

function nodeUnits(config: msp.FabricNodeOUs | undefined): NodeUnits | undefined {
  if (config?.enable !== true) return undefined;
  const name = (unit: msp.FabricOUIdentifier | undefined, fallback: string): string => unit?.organizationalUnitIdentifier ?? fallback;
  return {
    client: name(config.clientOuIdentifier, "client"),
    peer: name(config.peerOuIdentifier, "peer"),
    admin: name(config.adminOuIdentifier, "admin"),
    orderer: name(config.ordererOuIdentifier, "orderer"),
  };
}
