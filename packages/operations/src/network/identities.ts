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
  return [file.spec.ordering.organization.name, ...file.spec.organizations.map(({ name }) => name)];
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

  /** The administrator of an organisation. */
  async admin(organization: string): Promise<LocalSigningIdentity> {
    return signing(await this.organization(organization), "Admin");
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
