import { X509Certificate } from "node:crypto";
import type { DescribedOrganization, MemberMaterial, OrganizationMaterial } from "@heddle/fabric";
import type { KeyPair, SourceIdentity, SourceOrganization } from "./source.ts";

/** What an imported organisation's material is made of. */
export interface MaterialParts {
  readonly name: string;
  readonly mspId: string;
  readonly domain: string;
  readonly authorities: Pick<DescribedOrganization, "authorities" | "tlsAuthorities">;
  readonly given: SourceOrganization | undefined;
  readonly identities: readonly { readonly identity: SourceIdentity; readonly admin: boolean }[];
}

/** What somebody who was not imported has: nothing. */
export const NO_KEYS: KeyPair = { certificatePem: "", privateKeyPem: "" };

/**
 * What is kept of an imported organisation. It has no node's keys; an authority's key is empty where it is elsewhere, and so
 * is a user's TLS identity. The TLS authorities stand in one text, since any of them may have vouched for a node.
 */
export function materialOf({ name, mspId, domain, authorities, given, identities }: MaterialParts): OrganizationMaterial {
  const tls = [...new Set([...authorities.tlsAuthorities, ...(given?.tlsAuthorities ?? [])].map(withEnd))].join("");
  return {
    name,
    mspId,
    domain,
    ca: { name: `ca.${domain}`, ...authority(authorities.authorities[0] ?? "", given?.ca) },
    tlsCa: { name: `tlsca.${domain}`, ...authority(tls, given?.tlsCa) },
    nodes: [],
    users: usersOf(domain, identities),
  };
}

/** The key only where it is the one of the certificate that the channel trusts. */
function authority(certificatePem: string, given: KeyPair | undefined): KeyPair {
  const isSame = given !== undefined && fingerprint(given.certificatePem) === fingerprint(certificatePem);
  return { certificatePem, privateKeyPem: isSame ? given.privateKeyPem : "" };
}

function fingerprint(pem: string): string | undefined {
  try {
    return new X509Certificate(pem).fingerprint256;
  } catch {
    return undefined;
  }
}

/** The first administrator is called Admin, as everywhere in Heddle; names that are taken get a number. */
function usersOf(domain: string, identities: MaterialParts["identities"]): MemberMaterial[] {
  const taken = new Set<string>();
  const ordered = [...identities.filter(({ admin }) => admin), ...identities.filter(({ admin }) => !admin)];
  return ordered.map(({ identity, admin }): MemberMaterial => {
    const wanted = admin && !taken.has("admin") ? "Admin" : userName(identity.name);
    const name = taken.has(wanted.toLowerCase()) ? `${wanted}-${taken.size}` : wanted;
    taken.add(name.toLowerCase());
    const { certificatePem, privateKeyPem } = identity;
    return {
      name: `${name}@${domain}`,
      role: admin ? "admin" : "client",
      signing: { certificatePem, privateKeyPem },
      tls: identity.tls ?? NO_KEYS,
    };
  });
}

/** A name that the network file and the API take. A plain member called admin would be taken for the administrator. */
function userName(name: string): string {
  const text = name
    .replaceAll(/[^A-Za-z0-9._-]/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 36);
  if (text === "") return "user";
  return text.toLowerCase() === "admin" ? "member" : text;
}

function withEnd(pem: string): string {
  return pem.endsWith("\n") ? pem : `${pem}\n`;
}
