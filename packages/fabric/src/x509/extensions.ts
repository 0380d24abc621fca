import { isIP } from "node:net";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  CRLNumber,
  ExtendedKeyUsage,
  Extension,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_cRLNumber,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_clientAuth,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
} from "@peculiar/asn1-x509";

/** Fabric CA's extension that carries an identity's attributes as JSON (Fabric CA: lib/attrmgr). */
const ATTRIBUTES_OID = "1.2.3.4.5.6.7.8.1";

function extension(id: string, value: unknown, critical = false): Extension {
  return new Extension({ extnID: id, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

/** Whose key a certificate is for, and whose it is signed with. */
export function keyIdentifierExtensions(subjectKeyId: Uint8Array, issuerKeyId: Uint8Array): Extension[] {
  return keyIdentifiers(subjectKeyId, issuerKeyId);
}

function keyIdentifiers(subjectKeyId: Uint8Array, issuerKeyId: Uint8Array | undefined): Extension[] {
  const own = extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(subjectKeyId));
  return issuerKeyId === undefined ? [own] : [own, authorityKeyIdentifier(issuerKeyId)];
}

function authorityKeyIdentifier(issuerKeyId: Uint8Array): Extension {
  return extension(id_ce_authorityKeyIdentifier, new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(issuerKeyId) }));
}

/** Extensions of a revocation list: whose it is, without which Fabric refuses every identity, and its number (RFC 5280, 5.2). */
export function revocationListExtensions(issuerKeyId: Uint8Array, number: number): Extension[] {
  return [authorityKeyIdentifier(issuerKeyId), extension(id_ce_cRLNumber, new CRLNumber(number))];
}

/** Extensions of a CA's own certificate, as cryptogen sets them. */
export function authorityExtensions(subjectKeyId: Uint8Array): Extension[] {
  const flags = KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment | KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign;
  return [
    extension(id_ce_keyUsage, new KeyUsage(flags), true),
    extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_clientAuth, id_kp_serverAuth])),
    extension(id_ce_basicConstraints, new BasicConstraints({ cA: true }), true),
    ...keyIdentifiers(subjectKeyId, undefined),
  ];
}

/** What a leaf's extensions depend on. */
export interface LeafExtensions {
  readonly usage: "sign" | "tls";
  readonly subjectKeyId: Uint8Array;
  readonly issuerKeyId: Uint8Array;
  readonly hosts: readonly string[];
  readonly attributes: Readonly<Record<string, string>> | undefined;
}

/** Extensions of an identity's certificate: no extended usage for signing, server and client usage for TLS. */
export function leafExtensions(leaf: LeafExtensions): Extension[] {
  const tls = leaf.usage === "tls";
  const flags = tls ? KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment : KeyUsageFlags.digitalSignature;
  const extensions = [
    extension(id_ce_keyUsage, new KeyUsage(flags), true),
    ...(tls ? [extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth, id_kp_clientAuth]))] : []),
    extension(id_ce_basicConstraints, new BasicConstraints({ cA: false }), true),
    ...keyIdentifiers(leaf.subjectKeyId, leaf.issuerKeyId),
  ];
  if (leaf.hosts.length > 0) extensions.push(extension(id_ce_subjectAltName, new SubjectAlternativeName(leaf.hosts.map(alternativeName))));
  if (leaf.attributes !== undefined) {
    const json = Buffer.from(JSON.stringify({ attrs: leaf.attributes }));
    extensions.push(new Extension({ extnID: ATTRIBUTES_OID, extnValue: new OctetString(json) }));
  }
  return extensions;
}

function alternativeName(host: string): GeneralName {
  return isIP(host) === 0 ? new GeneralName({ dNSName: host }) : new GeneralName({ iPAddress: host });
}
