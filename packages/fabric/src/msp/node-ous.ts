import type { msp } from "../wire.ts";
import type { ParsedCertificate } from "../x509/parsed.ts";
import { IdentityError } from "./errors.ts";

/** The roles that organisational units tell apart. */
export type NodeRole = "client" | "peer" | "admin" | "orderer";

/** An organisational unit that means a role; with an identifier, only below that chain of CAs. */
interface RoleUnit {
  readonly name: string;
  readonly certifiersId: Buffer | undefined;
}

/** The NodeOUs of one MSP (Fabric: msp/mspimplsetup.go, setupNodeOUsV142). */
export interface NodeOus {
  /** Throws {@link IdentityError} unless the certificate has exactly one unit that means a role, below the right CA. */
  requireOneRole(certificate: ParsedCertificate, certifiersId: Buffer): void;
  hasRole(certificate: ParsedCertificate, role: NodeRole): boolean;
  /** Whether any unit means this role. */
  defines(role: NodeRole): boolean;
}

/** Reads the NodeOUs of an MSP; undefined when they are off or name no role. `certifiersIdOf` identifies a CA certificate's chain. */
export function readNodeOus(config: msp.FabricNodeOUs | undefined, certifiersIdOf: (pem: Uint8Array) => Buffer): NodeOus | undefined {
  if (config?.enable !== true) return undefined;
  const units = new Map<NodeRole, RoleUnit>();
  const add = (role: NodeRole, unit: msp.FabricOUIdentifier | undefined): void => {
    if (unit === undefined) return;
    const certifiersId = unit.certificate.length === 0 ? undefined : certifiersIdOf(unit.certificate);
    units.set(role, { name: unit.organizationalUnitIdentifier, certifiersId });
  };
  add("client", config.clientOuIdentifier);
  add("peer", config.peerOuIdentifier);
  add("admin", config.adminOuIdentifier);
  add("orderer", config.ordererOuIdentifier);
  if (units.size === 0) return undefined;
  const byName = new Map([...units.values()].map((unit) => [unit.name, unit]));
  return {
    requireOneRole(certificate, certifiersId) {
      const found = certificate.organizationalUnits.flatMap((name) => byName.get(name) ?? []);
      if (found.some((unit) => unit.certifiersId?.equals(certifiersId) === false))
        throw new IdentityError("certifiersIdentifier does not match");
      if (found.length === 0)
        throw new IdentityError("the identity does not have an OU that resolves to client, peer, orderer, or admin role");
      if (found.length > 1)
        throw new IdentityError(
          "the identity must have a client, a peer, an orderer, or an admin OU role to be valid, not a combination of them",
        );
    },
    hasRole(certificate, role) {
      const name = units.get(role)?.name;
      return name !== undefined && certificate.organizationalUnits.includes(name);
    },
    defines: (role) => units.has(role),
  };
}

/**
 * Units of which every member needs one, as `organizational_unit_identifiers` states them
 * (Fabric: msp/mspimplvalidate.go, validateIdentityOUsV1).
 */
export class RequiredUnits {
  readonly #units: ReadonlyArray<{ readonly name: string; readonly certifiersId: Buffer }>;

  constructor(config: readonly msp.FabricOUIdentifier[], certifiersIdOf: (pem: Uint8Array) => Buffer) {
    this.#units = config.map(({ organizationalUnitIdentifier, certificate }) => ({
      name: organizationalUnitIdentifier,
      certifiersId: certifiersIdOf(certificate),
    }));
  }

  /** Throws {@link IdentityError} when units are required and the certificate has none of them. */
  require({ organizationalUnits }: ParsedCertificate, certifiersId: Buffer): void {
    if (this.#units.length === 0) return;
    if (this.#units.some((unit) => organizationalUnits.includes(unit.name) && unit.certifiersId.equals(certifiersId))) return;
    throw new IdentityError(
      organizationalUnits.length === 0
        ? "the identity certificate does not contain an Organizational Unit (OU)"
        : "none of the identity's organizational units are in the MSP",
    );
  }
}
