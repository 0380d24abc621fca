import { X509Certificate } from "node:crypto";
import type { OrganizationMaterial } from "@heddle/fabric";
import { organizationNames } from "../network/identities.ts";
import { readRevocations, type Revocations } from "../network/revocations.ts";
import type { World } from "./world.ts";

/** A certificate of a network, without its key. */
export interface IdentityView {
  readonly organization: string;
  readonly mspId: string;
  /** A user's name, or a node's or authority's host name. */
  readonly name: string;
  readonly kind: "ca" | "admin" | "client" | "peer" | "orderer" | "tls";
  /** Hex. */
  readonly serial: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly revokedAt?: Date;
}

/** Every certificate of a network: authorities, nodes with their TLS, users, revoked ones last. Throws STORE_NETWORK_NOT_FOUND. */
export async function listIdentities(world: World, network: string): Promise<IdentityView[]> {
  const file = await world.file(network);
  const lists = await Promise.all(
    organizationNames(file).map(async (name) =>
      identitiesOf(await world.identities(network).organization(name), await readRevocations(world.keys, network, name)),
    ),
  );
  return lists.flat();
}

function identitiesOf(material: OrganizationMaterial, { revoked }: Revocations): IdentityView[] {
  const view = (name: string, kind: IdentityView["kind"], pem: string): IdentityView => {
    const { serialNumber, validFromDate, validToDate } = new X509Certificate(pem);
    const { name: organization, mspId } = material;
    return { organization, mspId, name, kind, serial: serialNumber.toLowerCase(), notBefore: validFromDate, notAfter: validToDate };
  };
  const taken = new Set(revoked.map(({ certificatePem }) => certificatePem));
  const shortName = (name: string): string => name.split("@")[0] ?? name;
  return [
    view(material.ca.name, "ca", material.ca.certificatePem),
    ...(material.tlsCa.certificatePem === "" ? [] : [view(material.tlsCa.name, "ca", material.tlsCa.certificatePem)]),
    ...material.nodes.flatMap(({ name, role, signing, tls }) => [
      view(name, role, signing.certificatePem),
      view(name, "tls", tls.certificatePem),
    ]),
    ...material.users
      .filter(({ signing }) => !taken.has(signing.certificatePem))
      .map(({ name, role, signing }) => view(shortName(name), role, signing.certificatePem)),
    ...revoked.map(({ user, certificatePem, at }) => ({ ...view(user, "client", certificatePem), revokedAt: new Date(at) })),
  ];
}
