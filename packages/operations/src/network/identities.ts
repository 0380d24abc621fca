import { createLocalSigningIdentity, type LocalSigningIdentity, type MemberMaterial, type OrganizationMaterial } from "@heddle/fabric";
import type { NetworkFile } from "@heddle/network";
import type { KeyStore } from "@heddle/store";
import { operationErrors } from "../errors.ts";

/** What an organisation's material is called in the key store. */
export function organizationSecret(organization: string): string {
  return `organization/${organization}`;
}

/** The organisations of a network file, orderers' first. */
export function organizationNames(file: NetworkFile): string[] {
  // Of an imported network, an organisation may do both.
  return [...new Set([file.spec.ordering.organization.name, ...file.spec.organizations.map(({ name }) => name)])];
}

/** Who a network's organisations are, opened from the key store each time they are needed. */
export class Identities {
  readonly #keys: KeyStore;
  readonly #network: string;

  constructor(keys: KeyStore, network: string) {
    this.#keys = keys;
    this.#network = network;
  }

  /** An organisation's identities. Throws OPERATION_ORGANIZATION_UNKNOWN. */
  async organization(name: string): Promise<OrganizationMaterial> {
    const kept = await this.#keys.find(this.#network, organizationSecret(name));
    if (kept === undefined) throw operationErrors.create("OPERATION_ORGANIZATION_UNKNOWN", { network: this.#network, organization: name });
    return JSON.parse(kept) as OrganizationMaterial;
  }

  /** The administrator of an organisation. Throws OPERATION_IDENTITY_LACKING where none was imported. */
  async admin(organization: string): Promise<LocalSigningIdentity> {
    const material = await this.organization(organization);
    if (findMember(material, "Admin") === undefined) throw this.#lacking(`administrator of ${organization}`, `act for ${organization}`);
    return signing(material, "Admin");
  }

  /**
   * Somebody who may read what an organisation's peers have of a channel: its administrator, or one of its users; of an
   * imported network else somebody of another organisation on it. Throws OPERATION_IDENTITY_LACKING.
   */
  async reader(organization: string, others: readonly string[] = []): Promise<LocalSigningIdentity> {
    for (const name of new Set([organization, ...others])) {
      const material = await this.organization(name);
      // The administrator stands first.
      const [first] = material.users;
      if (first !== undefined) return createLocalSigningIdentity(material.mspId, first.signing.certificatePem, first.signing.privateKeyPem);
    }
    throw this.#lacking(`identity of ${organization}`, "read its channels");
  }

  #lacking(identity: string, what: string): Error {
    return operationErrors.create("OPERATION_IDENTITY_LACKING", { network: this.#network, identity, what });
  }
}

/** A member of an organisation by the part of the name before `@`. */
export function findMember(material: OrganizationMaterial, user: string): MemberMaterial | undefined {
  return material.users.find(({ name }) => name === `${user}@${material.domain}`);
}

/** As {@link findMember}. Throws OPERATION_USER_UNKNOWN. */
export function member(material: OrganizationMaterial, user: string): MemberMaterial {
  const found = findMember(material, user);
  if (found !== undefined) return found;
  const users = material.users.map(({ name }) => name.split("@")[0]).join(", ");
  throw operationErrors.create("OPERATION_USER_UNKNOWN", { organization: material.name, user, users });
}

/** A member that can sign. Throws OPERATION_USER_UNKNOWN. */
export function signing(material: OrganizationMaterial, user: string): LocalSigningIdentity {
  const { signing: issued } = member(material, user);
  return createLocalSigningIdentity(material.mspId, issued.certificatePem, issued.privateKeyPem);
}
