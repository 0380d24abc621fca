import { generateKeyPair } from "../crypto/keys.ts";
import { buildMspConfig, type MspDefinition } from "../msp/config.ts";
import type { msp } from "../wire.ts";
import {
  createCertificateAuthority,
  openCertificateAuthority,
  type CertificateAuthority,
  type IdentityRole,
  type IssuedIdentity,
} from "../x509/authority.ts";

/** A node or a person of an organisation, with what it signs with and what it connects with. */
export interface MemberMaterial {
  /** Common name, such as `peer0.org1.example.com` or `Admin@org1.example.com`. */
  readonly name: string;
  readonly role: IdentityRole;
  readonly signing: IssuedIdentity;
  readonly tls: IssuedIdentity;
}

/** A root and its key. */
export type AuthorityMaterial = IssuedIdentity & { readonly name: string };

/** Everything that identifies one organisation. Private keys are in clear: seal them before you keep them. */
export interface OrganizationMaterial {
  readonly name: string;
  readonly mspId: string;
  readonly domain: string;
  readonly ca: AuthorityMaterial;
  readonly tlsCa: AuthorityMaterial;
  readonly nodes: readonly MemberMaterial[];
  /** The administrator first. */
  readonly users: readonly MemberMaterial[];
}

/** What to make. */
export interface OrganizationSpec {
  readonly name: string;
  readonly mspId: string;
  readonly domain: string;
  readonly nodes: ReadonlyArray<{ readonly name: string; readonly kind: "peer" | "orderer"; readonly hosts: readonly string[] }>;
  /** Names of client users beside the administrator. */
  readonly users: readonly string[];
}

async function issueMember(
  ca: CertificateAuthority,
  tlsCa: CertificateAuthority,
  member: { name: string; role: IdentityRole; hosts: readonly string[]; attributes?: Readonly<Record<string, string>> },
): Promise<MemberMaterial> {
  const { name, role, hosts, attributes } = member;
  const signing = await ca.issue({
    commonName: name,
    role,
    usage: "sign",
    ...(attributes === undefined ? {} : { attributes }),
  });
  const tls = await tlsCa.issue({ commonName: name, role, usage: "tls", hosts });
  return { name, role, signing, tls };
}

/** Twice as long as what they issue, which could not be renewed otherwise. Milliseconds. */
const AUTHORITY_MS = 20 * 365 * 24 * 60 * 60 * 1000;

/**
 * Makes an organisation: signing CA, TLS CA, its nodes, an administrator and users. Ten years valid, as cryptogen's; the
 * authorities twenty.
 */
export async function createOrganizationMaterial(spec: OrganizationSpec): Promise<OrganizationMaterial> {
  const notAfter = new Date(Date.now() + AUTHORITY_MS);
  const authority = (prefix: string) =>
    createCertificateAuthority({ commonName: `${prefix}.${spec.domain}`, organization: spec.domain, notAfter });
  const [ca, tlsCa] = await Promise.all([authority("ca"), authority("tlsca")]);
  const members = [
    ...spec.nodes.map(({ name, kind, hosts }) => ({ name, role: kind, hosts: [...new Set([name, ...hosts])] })),
    { name: `Admin@${spec.domain}`, role: "admin" as const, hosts: [] },
    ...spec.users.map((user) => ({ name: `${user}@${spec.domain}`, role: "client" as const, hosts: [] })),
  ];
  const issued = await Promise.all(members.map((member) => issueMember(ca, tlsCa, member)));
  return {
    name: spec.name,
    mspId: spec.mspId,
    domain: spec.domain,
    ca: { name: `ca.${spec.domain}`, certificatePem: ca.certificatePem, privateKeyPem: ca.privateKeyPem },
    tlsCa: { name: `tlsca.${spec.domain}`, certificatePem: tlsCa.certificatePem, privateKeyPem: tlsCa.privateKeyPem },
    nodes: issued.slice(0, spec.nodes.length),
    users: issued.slice(spec.nodes.length),
  };
}

/**
 * Issues an identity for one more client user, or a new one for a user that is there.
 * `attributes` go into the certificate as Fabric CA writes them. The organisation with that user.
 */
export async function issueUser(
  material: OrganizationMaterial,
  user: string,
  attributes?: Readonly<Record<string, string>>,
): Promise<OrganizationMaterial> {
  const open = ({ certificatePem, privateKeyPem }: AuthorityMaterial) => openCertificateAuthority(certificatePem, privateKeyPem);
  const name = `${user}@${material.domain}`;
  const request = { name, role: "client" as const, hosts: [], ...(attributes === undefined ? {} : { attributes }) };
  const issued = await issueMember(open(material.ca), open(material.tlsCa), request);
  return { ...material, users: [...material.users.filter((member) => member.name !== name), issued] };
}

/** Issues identities for further nodes; a node that has one keeps it. The organisation with those nodes. */
export async function issueNodes(material: OrganizationMaterial, nodes: OrganizationSpec["nodes"]): Promise<OrganizationMaterial> {
  const open = ({ certificatePem, privateKeyPem }: AuthorityMaterial) => openCertificateAuthority(certificatePem, privateKeyPem);
  const [ca, tlsCa] = [open(material.ca), open(material.tlsCa)];
  const lacking = nodes.filter(({ name }) => !material.nodes.some((node) => node.name === name));
  const issued = await Promise.all(
    lacking.map(({ name, kind, hosts }) => issueMember(ca, tlsCa, { name, role: kind, hosts: [...new Set([name, ...hosts])] })),
  );
  return issued.length === 0 ? material : { ...material, nodes: [...material.nodes, ...issued] };
}

/**
 * Issues certificates anew for members of the organisation, by their names: signing and TLS, for the keys that they have,
 * or for new ones. Who they are, what they answer for and their attributes stay. The organisation with those members.
 * Throws `FABRIC_CERTIFICATE_INVALID`.
 */
export async function renewMembers(
  material: OrganizationMaterial,
  names: ReadonlySet<string>,
  options: { readonly newKeys?: boolean; readonly notAfter?: Date } = {},
): Promise<OrganizationMaterial> {
  const open = ({ certificatePem, privateKeyPem }: AuthorityMaterial) => openCertificateAuthority(certificatePem, privateKeyPem);
  const [ca, tlsCa] = [open(material.ca), open(material.tlsCa)];
  const dates = options.notAfter === undefined ? {} : { notAfter: options.notAfter };
  const renew = async (authority: CertificateAuthority, { certificatePem, privateKeyPem }: IssuedIdentity): Promise<IssuedIdentity> => {
    if (options.newKeys !== true) return { certificatePem: await authority.renew(certificatePem, dates), privateKeyPem };
    const { publicKey, privateKey } = generateKeyPair();
    const renewed = await authority.renew(certificatePem, { ...dates, publicKey });
    return { certificatePem: renewed, privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
  };
  const renewed = (members: readonly MemberMaterial[]): Promise<MemberMaterial[]> =>
    Promise.all(
      members.map(async (member) => {
        if (!names.has(member.name)) return member;
        const [signing, tls] = await Promise.all([renew(ca, member.signing), renew(tlsCa, member.tls)]);
        return { ...member, signing, tls };
      }),
    );
  const [nodes, users] = await Promise.all([renewed(material.nodes), renewed(material.users)]);
  return { ...material, nodes, users };
}

/** A list that revokes these certificates of the organisation's own, PEM. */
export function revokeMembers(material: OrganizationMaterial, certificates: readonly string[]): Promise<string> {
  return openCertificateAuthority(material.ca.certificatePem, material.ca.privateKeyPem).revoke(certificates);
}

/** The organisation's MSP as the channel configuration states it. */
export function organizationMsp(material: OrganizationMaterial, extra: Pick<MspDefinition, "revocationLists"> = {}): msp.MSPConfig {
  return buildMspConfig({
    mspId: material.mspId,
    rootCerts: [material.ca.certificatePem],
    tlsRootCerts: [material.tlsCa.certificatePem],
    ...extra,
  });
}
