import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { IssuedIdentity } from "../x509/authority.ts";
import type { MemberMaterial, OrganizationMaterial } from "./organization.ts";

/** What an organisation's tree is called by cryptogen. */
export type TreeKind = "peer" | "orderer";

/** Private keys are their owner's alone. */
const SECRET = 0o600;

/** A file of a tree: where, what, and whether only its owner may read it. */
export interface TreeFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

function file(content: string, ...parts: string[]): TreeFile {
  return { path: path.posix.join(...parts), content, mode: 0o644 };
}

function secret(content: string, ...parts: string[]): TreeFile {
  return { path: path.posix.join(...parts), content, mode: SECRET };
}

/** config.yaml of an MSP folder: which organisational unit means which role. */
function nodeOuConfig(caFile: string): string {
  const unit = (key: string, name: string): string =>
    `  ${key}:\n    Certificate: cacerts/${caFile}\n    OrganizationalUnitIdentifier: ${name}\n`;
  const units = [
    unit("ClientOUIdentifier", "client"),
    unit("PeerOUIdentifier", "peer"),
    unit("AdminOUIdentifier", "admin"),
    unit("OrdererOUIdentifier", "orderer"),
  ];
  return `NodeOUs:\n  Enable: true\n${units.join("")}`;
}

function trustFiles(organization: OrganizationMaterial, ...folder: string[]): TreeFile[] {
  const caFile = `${organization.ca.name}-cert.pem`;
  return [
    file(organization.ca.certificatePem, ...folder, "cacerts", caFile),
    file(organization.tlsCa.certificatePem, ...folder, "tlscacerts", `${organization.tlsCa.name}-cert.pem`),
    file(nodeOuConfig(caFile), ...folder, "config.yaml"),
  ];
}

/** The MSP folder of a node or a user: what it trusts and what it signs with. */
export function mspFiles(
  organization: OrganizationMaterial,
  member: { name: string; signing: IssuedIdentity },
  ...folder: string[]
): TreeFile[] {
  return [
    ...trustFiles(organization, ...folder),
    file(member.signing.certificatePem, ...folder, "signcerts", `${member.name}-cert.pem`),
    secret(member.signing.privateKeyPem, ...folder, "keystore", "priv_sk"),
  ];
}

/** The TLS folder of a node (`server.*`) or a user (`client.*`). */
export function tlsFiles(
  organization: OrganizationMaterial,
  member: Pick<MemberMaterial, "role" | "tls">,
  ...folder: string[]
): TreeFile[] {
  const prefix = member.role === "peer" || member.role === "orderer" ? "server" : "client";
  return [
    file(organization.tlsCa.certificatePem, ...folder, "ca.crt"),
    file(member.tls.certificatePem, ...folder, `${prefix}.crt`),
    secret(member.tls.privateKeyPem, ...folder, `${prefix}.key`),
  ];
}

/**
 * All files of an organisation in cryptogen's layout, below `peerOrganizations/DOMAIN` or
 * `ordererOrganizations/DOMAIN` (Fabric: cmd/cryptogen).
 */
export function organizationTree(kind: TreeKind, organization: OrganizationMaterial): TreeFile[] {
  const root = path.posix.join(`${kind}Organizations`, organization.domain);
  const authority = (folder: string, { name, certificatePem, privateKeyPem }: OrganizationMaterial["ca"]): TreeFile[] => [
    file(certificatePem, root, folder, `${name}-cert.pem`),
    secret(privateKeyPem, root, folder, "priv_sk"),
  ];
  const member = (group: string, one: MemberMaterial): TreeFile[] => [
    ...mspFiles(organization, one, root, group, one.name, "msp"),
    ...tlsFiles(organization, one, root, group, one.name, "tls"),
  ];
  return [
    ...authority("ca", organization.ca),
    ...authority("tlsca", organization.tlsCa),
    ...trustFiles(organization, root, "msp"),
    ...organization.nodes.flatMap((node) => member(`${kind}s`, node)),
    ...organization.users.flatMap((user) => member("users", user)),
  ];
}

/**
 * Writes files below a folder, keys readable by their owner alone, also where a file of that name was there before.
 * Throws RangeError for a path that leads out of the folder.
 */
export async function writeTree(folder: string, files: readonly TreeFile[]): Promise<void> {
  const placed = files.map((one) => ({ ...one, target: path.resolve(folder, one.path) }));
  const outside = placed.find(({ target }) => !target.startsWith(path.resolve(folder) + path.sep));
  if (outside !== undefined) throw new RangeError(`the path ${outside.path} leads out of ${folder}`);
  for (const one of new Set(placed.map(({ target }) => path.dirname(target)))) await mkdir(one, { recursive: true, mode: 0o700 });
  await Promise.all(
    placed.map(async ({ target, content, mode }) => {
      await writeFile(target, content, { mode });
      // The mode of writing counts for new files only.
      await chmod(target, mode);
    }),
  );
}
