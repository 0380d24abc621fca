import { X509Certificate } from "node:crypto";
import { renewMembers, type MemberMaterial, type OrganizationMaterial } from "@heddle/fabric";
import type { KeyStore } from "@heddle/store";
import { organizationSecret } from "./identities.ts";

/** A node or a user whose certificates are renewed, with those that it had: they tell what is renewed already. */
export interface RenewedMember {
  readonly organization: string;
  /** Common name, such as `peer0.org1.example.com` or `Admin@org1.example.com`. */
  readonly name: string;
  readonly role: MemberMaterial["role"];
  /** Serial numbers, hex, of its signing and its TLS certificate. */
  readonly serials: readonly [signing: string, tls: string];
}

/** The material that a renewal replaced, until the operation is over. */
interface Replaced {
  readonly operation: string;
  readonly members: readonly MemberMaterial[];
}

/** Serial number of a certificate, as {@link RenewedMember.serials} has it. */
export function serialOf(certificatePem: string): string {
  return new X509Certificate(certificatePem).serialNumber.toLowerCase();
}

/** Serial numbers of a member's certificates. */
export function serialsOf({ signing, tls }: Pick<MemberMaterial, "signing" | "tls">): RenewedMember["serials"] {
  return [serialOf(signing.certificatePem), serialOf(tls.certificatePem)];
}

/** A member of an organisation by its common name. */
export function memberNamed({ nodes, users }: OrganizationMaterial, name: string): MemberMaterial | undefined {
  return [...nodes, ...users].find((member) => member.name === name);
}

/** It lies with the keys that it may hold, and is empty between renewals. */
function replacedSecret(organization: string): string {
  return `replaced/${organization}`;
}

async function replacedBy(keys: KeyStore, network: string, organization: string): Promise<Replaced | undefined> {
  const kept = await keys.find(network, replacedSecret(organization));
  return kept === undefined || kept === "" ? undefined : (JSON.parse(kept) as Replaced);
}

/** Issues certificates anew for members that still have the old ones, and keeps what they replace for {@link putBack}, in one transaction. */
export async function issueAnew(
  keys: KeyStore,
  network: string,
  material: OrganizationMaterial,
  renewal: { readonly operation: string; readonly members: readonly RenewedMember[]; readonly newKeys: boolean },
): Promise<void> {
  const { operation, members, newKeys } = renewal;
  const due = members.filter((member) => !isRenewed(material, member)).map(({ name }) => name);
  const renewed = await renewMembers(material, new Set(due), { newKeys });
  const replaced: Replaced = { operation, members: [...material.nodes, ...material.users].filter(({ name }) => due.includes(name)) };
  await keys.putAll(
    network,
    new Map([
      [organizationSecret(material.name), JSON.stringify(renewed)],
      [replacedSecret(material.name), JSON.stringify(replaced)],
    ]),
  );
}

/** Whether a member no longer has the certificates it had. One that is gone needs none. */
export function isRenewed(material: OrganizationMaterial, { name, serials }: RenewedMember): boolean {
  const member = memberNamed(material, name);
  return member === undefined || serialsOf(member).every((serial) => !serials.includes(serial));
}

/** What a member had before an operation renewed it; undefined where it did not. */
export async function beforeRenewal(
  keys: KeyStore,
  network: string,
  operation: string,
  { organization, name }: Pick<RenewedMember, "organization" | "name">,
): Promise<MemberMaterial | undefined> {
  const replaced = await replacedBy(keys, network, organization);
  return replaced?.operation === operation ? replaced.members.find((member) => member.name === name) : undefined;
}

/** Gives the members of an organisation what they had before an operation renewed it. */
export async function putBack(keys: KeyStore, network: string, operation: string, material: OrganizationMaterial): Promise<void> {
  const replaced = await replacedBy(keys, network, material.name);
  if (replaced?.operation !== operation) return;
  const earlier = (member: MemberMaterial): MemberMaterial => replaced.members.find(({ name }) => name === member.name) ?? member;
  const restored = { ...material, nodes: material.nodes.map(earlier), users: material.users.map(earlier) };
  await keys.putAll(
    network,
    new Map([
      [organizationSecret(material.name), JSON.stringify(restored)],
      [replacedSecret(material.name), ""],
    ]),
  );
}

/** Forgets what renewals of these organisations replaced. */
export async function forgetReplaced(keys: KeyStore, network: string, organizations: readonly string[]): Promise<void> {
  await keys.putAll(network, new Map(organizations.map((organization) => [replacedSecret(organization), ""])));
}
