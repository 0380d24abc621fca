// Makes the MSP cases that Fabric itself has judged; prints them as JSON. See ../vectors/README.md.
import { createHash, sign } from "node:crypto";
import { create, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { BasicConstraints, SubjectAlternativeName, GeneralName } from "@peculiar/asn1-x509";
import { serializeIdentity } from "../../src/msp/signing-identity.ts";
import { rolePrincipal } from "../../src/policy/principals.ts";
import { msp } from "../../src/wire.ts";
import {
  day,
  extension,
  keyPair,
  makeCertificate,
  makeRevocationList,
  pem,
  type CertificateRecipe,
  type MadeCertificate,
} from "../support/certificates.ts";
import { der, derInteger, flipS, P256_ORDER, readSignature, writeSignature } from "../support/signatures.ts";

type Config = MessageInitShape<typeof msp.FabricMSPConfigSchema>;

interface Case {
  name: string;
  v3?: boolean;
  config: string;
  identities: Array<{ name: string; idBytes: string }>;
  principals?: Array<{ name: string; bytes: string }>;
  signatures?: Array<{ name: string; identity: string; message: string; signature: string }>;
}

const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString("base64");
const bytes = (...items: ReadonlyArray<MadeCertificate | string>): Uint8Array[] =>
  items.map((item) => Buffer.from(typeof item === "string" ? item : item.pem));
const unit = (name: string, certificate?: MadeCertificate): msp.FabricOUIdentifier =>
  create(msp.FabricOUIdentifierSchema, {
    organizationalUnitIdentifier: name,
    certificate: Buffer.from(certificate?.pem ?? ""),
  });
const nodeUnits = (init: MessageInitShape<typeof msp.FabricNodeOUsSchema>): msp.FabricNodeOUs => create(msp.FabricNodeOUsSchema, init);
const allUnits = nodeUnits({
  enable: true,
  clientOuIdentifier: unit("client"),
  peerOuIdentifier: unit("peer"),
  adminOuIdentifier: unit("admin"),
  ordererOuIdentifier: unit("orderer"),
});

function config(inner: Config): string {
  const value = create(msp.FabricMSPConfigSchema, { name: "Org1MSP", fabricNodeOus: allUnits, ...inner });
  return base64(
    toBinary(msp.MSPConfigSchema, create(msp.MSPConfigSchema, { type: 0, config: toBinary(msp.FabricMSPConfigSchema, value) })),
  );
}

function principal(name: string, value: msp.MSPPrincipal): { name: string; bytes: string } {
  return { name, bytes: base64(toBinary(msp.MSPPrincipalSchema, value)) };
}

function ouPrincipal(mspIdentifier: string, organizationalUnitIdentifier: string, certifiersIdentifier: Uint8Array): msp.MSPPrincipal {
  const value = create(msp.OrganizationUnitSchema, { mspIdentifier, organizationalUnitIdentifier, certifiersIdentifier });
  return create(msp.MSPPrincipalSchema, {
    principalClassification: msp.MSPPrincipal_Classification.ORGANIZATION_UNIT,
    principal: toBinary(msp.OrganizationUnitSchema, value),
  });
}

function identityPrincipal(mspId: string, certificate: string): msp.MSPPrincipal {
  return create(msp.MSPPrincipalSchema, {
    principalClassification: msp.MSPPrincipal_Classification.IDENTITY,
    principal: serializeIdentity(mspId, certificate),
  });
}

function combined(...principals: msp.MSPPrincipal[]): msp.MSPPrincipal {
  return create(msp.MSPPrincipalSchema, {
    principalClassification: msp.MSPPrincipal_Classification.COMBINED,
    principal: toBinary(msp.CombinedPrincipalSchema, create(msp.CombinedPrincipalSchema, { principals })),
  });
}

function anonymity(anonymityType: msp.MSPIdentityAnonymity_MSPIdentityAnonymityType): msp.MSPPrincipal {
  return create(msp.MSPPrincipalSchema, {
    principalClassification: msp.MSPPrincipal_Classification.ANONYMITY,
    principal: toBinary(msp.MSPIdentityAnonymitySchema, create(msp.MSPIdentityAnonymitySchema, { anonymityType })),
  });
}

const roles = (["member", "admin", "client", "peer", "orderer"] as const).map((role) => principal(role, rolePrincipal("Org1MSP", role)));

function authority(commonName: string, recipe: Partial<CertificateRecipe> = {}): MadeCertificate {
  return makeCertificate({ commonName, ca: true, ...recipe });
}

function leaf(commonName: string, issuer: MadeCertificate, recipe: Partial<CertificateRecipe> = {}): MadeCertificate {
  return makeCertificate({ commonName, units: ["client"], issuer, ...recipe });
}

function identity(name: string, certificate: MadeCertificate | string | Uint8Array): { name: string; idBytes: string } {
  const text = typeof certificate === "string" || certificate instanceof Uint8Array ? certificate : certificate.pem;
  return { name, idBytes: base64(text) };
}

/** The certificate with its signature replaced. */
function resigned(certificate: MadeCertificate, change: (signature: Buffer) => Buffer): string {
  const outer = certificate.der;
  const start = outer[1] === 0x82 ? 4 : 3;
  const tbsLength = 4 + outer.readUInt16BE(start + 2);
  const tbs = outer.subarray(start, start + tbsLength);
  const algorithmLength = 2 + (outer[start + tbsLength + 1] ?? 0);
  const algorithm = outer.subarray(start + tbsLength, start + tbsLength + algorithmLength);
  const bits = outer.subarray(start + tbsLength + algorithmLength);
  const signature = bits.subarray(bits[1] === 0x81 ? 4 : 3);
  return pem("CERTIFICATE", der(0x30, tbs, algorithm, der(0x03, Buffer.from([0]), change(signature))));
}

const highS = (signature: Buffer): Buffer => (readSignature(signature).s > P256_ORDER / 2n ? signature : flipS(signature));
const lowS = (signature: Buffer): Buffer => (readSignature(signature).s > P256_ORDER / 2n ? flipS(signature) : signature);

function oneRoot(): Case {
  const root = authority("ca.org1.example.com");
  const foreign = authority("ca.org2.example.com");
  const sameName = authority("ca.org1.example.com");
  const plain = leaf("plain", root);
  const other = leaf("other", root);
  return {
    name: "one root with node units",
    config: config({ rootCerts: bytes(root) }),
    identities: [
      ...["client", "peer", "admin", "orderer"].map((role) => identity(role, leaf(role, root, { units: [role] }))),
      identity("no unit", leaf("none", root, { units: [] })),
      identity("another unit", leaf("another", root, { units: ["sales"] })),
      identity("a role and another unit", leaf("both", root, { units: ["sales", "client"] })),
      identity("two roles", leaf("two", root, { units: ["client", "peer"] })),
      identity("one role twice", leaf("twice", root, { units: ["client", "client"] })),
      identity("a role in capitals", leaf("capitals", root, { units: ["CLIENT"] })),
      identity("expired", leaf("expired", root, { notBefore: day(1), notAfter: day(2) })),
      identity("not valid yet", leaf("future", root, { notBefore: day(3000), notAfter: day(3001) })),
      identity("from before its authority", leaf("early", root, { notBefore: day(-1) })),
      identity("outlives its authority", leaf("late", root, { notBefore: day(3649), notAfter: day(9000) })),
      identity("begins after its authority's end", leaf("orphan", root, { notBefore: day(3651), notAfter: day(9000) })),
      identity("ends before it begins", leaf("inverse", root, { notBefore: day(5), notAfter: day(4) })),
      identity("client authentication only", leaf("eku-client", root, { extendedKeyUsages: ["1.3.6.1.5.5.7.3.2"] })),
      identity("server authentication", leaf("eku-server", root, { extendedKeyUsages: ["1.3.6.1.5.5.7.3.1"] })),
      identity(
        "client and server authentication",
        leaf("eku-both", root, { extendedKeyUsages: ["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"] }),
      ),
      identity("any usage", leaf("eku-any", root, { extendedKeyUsages: ["2.5.29.37.0"] })),
      identity("unknown usage", leaf("eku-unknown", root, { extendedKeyUsages: ["1.2.3.4"] })),
      identity("no key usage", leaf("no-usage", root, { keyUsage: null })),
      identity("no key identifiers", leaf("no-ids", root, { subjectKeyId: null, authorityKeyId: null })),
      identity("wrong authority key identifier", leaf("wrong-aki", root, { authorityKeyId: Buffer.alloc(32, 7) })),
      identity("the authority itself", root),
      identity("an authority below it", authority("sub", { issuer: root })),
      identity("of a foreign authority", leaf("foreign", foreign)),
      identity("a foreign authority", foreign),
      identity("of an authority of the same name", leaf("same-name", sameName)),
      identity("signed by itself", makeCertificate({ commonName: "self", units: ["client"] })),
      identity("issued by a leaf", leaf("grandchild", plain)),
      identity("P-224", leaf("p224", root, { keys: keyPair("P-224") })),
      identity("P-384", leaf("p384", root, { keys: keyPair("P-384") })),
      identity("P-521", leaf("p521", root, { keys: keyPair("P-521") })),
      identity("secp256k1", leaf("k1", root, { keys: keyPair("secp256k1") })),
      identity("Ed25519", leaf("ed", root, { keys: keyPair("ed25519") })),
      identity("RSA", leaf("rsa", root, { keys: keyPair("rsa") })),
      identity("signed with SHA-1", leaf("sha1", root, { digest: "sha1" })),
      identity("signed with SHA-384", leaf("sha384", root, { digest: "sha384" })),
      identity("signed with SHA-512", leaf("sha512", root, { digest: "sha512" })),
      identity("algorithms that differ", leaf("algorithms", root, { outerAlgorithm: "1.2.840.10045.4.3.3" })),
      identity("unknown critical extension", leaf("critical", root, { extra: [extension("1.2.3.4.5", Buffer.from([5, 0]), true)] })),
      identity("unknown extension", leaf("uncritical", root, { extra: [extension("1.2.3.4.5", Buffer.from([5, 0]))] })),
      identity(
        "critical alternative name",
        leaf("san", root, {
          extra: [extension("2.5.29.17", new SubjectAlternativeName([new GeneralName({ dNSName: "a.example.com" })]), true)],
        }),
      ),
      identity("an extension twice", leaf("twice", root, { extra: [extension("2.5.29.19", new BasicConstraints({ cA: false }), true)] })),
      identity("negative serial number", leaf("negative", root, { serial: Buffer.from([0x81, 1, 2, 3]) })),
      identity("long serial number", leaf("long", root, { serial: Buffer.alloc(30, 0x55) })),
      identity("low-S certificate", resigned(plain, lowS)),
      identity("high-S certificate", resigned(plain, highS)),
      identity(
        "damaged signature",
        resigned(plain, (signature) => Buffer.from(signature.map((byte, at) => (at === 40 ? byte ^ 1 : byte)))),
      ),
      identity("bytes after the certificate", pem("CERTIFICATE", Buffer.concat([plain.der, Buffer.from([0])]))),
      identity("half a certificate", pem("CERTIFICATE", plain.der.subarray(0, 200))),
      identity("text before the block", `Certificate:\n    Data: plain\n${plain.pem}`),
      identity("text after the block", `${plain.pem}\nthat is all\n`),
      identity("two blocks", plain.pem + other.pem),
      identity("a broken block first", `-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n${plain.pem}`),
      identity("another label", plain.pem.replaceAll("CERTIFICATE", "PLAIN TEXT")),
      identity("labels that differ", plain.pem.replace("END CERTIFICATE", "END OTHER")),
      identity("carriage returns", plain.pem.replaceAll("\n", "\r\n")),
      identity("no newline at the end", plain.pem.trimEnd()),
      identity("indented block", plain.pem.replaceAll(/^/gm, " ")),
      identity("a header in the block", plain.pem.replace("-----\n", "-----\nProc-Type: 4,ENCRYPTED\n\n")),
      identity("one long line", `-----BEGIN CERTIFICATE-----\n${base64(plain.der)}\n-----END CERTIFICATE-----\n`),
      identity("no padding", `-----BEGIN CERTIFICATE-----\n${base64(plain.der).replaceAll("=", "")}A\n-----END CERTIFICATE-----\n`),
      identity("DER without PEM", plain.der),
      identity("nothing", ""),
      identity("no PEM at all", "not a certificate"),
    ],
    principals: [
      ...roles,
      principal("member of another MSP", rolePrincipal("Org2MSP", "member")),
      principal("unit without identifier", ouPrincipal("Org1MSP", "client", new Uint8Array())),
      principal("unit below the root", ouPrincipal("Org1MSP", "client", sha256Of(root))),
      principal("unit below another root", ouPrincipal("Org1MSP", "client", sha256Of(foreign))),
      principal("unit of another MSP", ouPrincipal("Org2MSP", "client", sha256Of(root))),
      principal("this very identity", identityPrincipal("Org1MSP", resigned(plain, lowS))),
      principal("this very identity, high-S", identityPrincipal("Org1MSP", resigned(plain, highS))),
      principal("this very identity, with text around it", identityPrincipal("Org1MSP", `text\n${plain.pem}more`)),
      principal("this certificate of another MSP", identityPrincipal("Org2MSP", plain.pem)),
      principal(
        "no identity",
        create(msp.MSPPrincipalSchema, { principalClassification: msp.MSPPrincipal_Classification.IDENTITY, principal: Buffer.from("x") }),
      ),
      principal("member and client", combined(rolePrincipal("Org1MSP", "member"), rolePrincipal("Org1MSP", "client"))),
      principal("client and admin", combined(rolePrincipal("Org1MSP", "client"), rolePrincipal("Org1MSP", "admin"))),
      principal("member within a combination within a combination", combined(combined(rolePrincipal("Org1MSP", "member")))),
      principal("nothing combined", combined()),
      principal("nominal", anonymity(msp.MSPIdentityAnonymity_MSPIdentityAnonymityType.NOMINAL)),
      principal("anonymous", anonymity(msp.MSPIdentityAnonymity_MSPIdentityAnonymityType.ANONYMOUS)),
      principal(
        "a role that cannot be decoded",
        create(msp.MSPPrincipalSchema, { principalClassification: msp.MSPPrincipal_Classification.ROLE, principal: Buffer.from([0xff]) }),
      ),
      principal("an unknown kind", create(msp.MSPPrincipalSchema, { principalClassification: 9 as msp.MSPPrincipal_Classification })),
    ],
  };
}

function sha256Of(...authorities: MadeCertificate[]): Uint8Array {
  return hash("sha256", Buffer.concat(authorities.map(({ der: bytesOf }) => bytesOf)));
}

function hash(name: string, value: Uint8Array): Uint8Array {
  return createHash(name).update(value).digest();
}

function intermediates(): Case[] {
  const root = lowRoot("root");
  const upper = lowAuthority("upper", root);
  const lower = lowAuthority("lower", upper);
  const secondRoot = lowRoot("second root");
  const sibling = lowAuthority("sibling", root);
  const unknown = authority("unknown", { issuer: root });
  const shortLived = lowAuthority("short-lived", root, { notBefore: day(10), notAfter: day(20) });
  const clientOnly = lowAuthority("client only", root, { extendedKeyUsages: ["1.3.6.1.5.5.7.3.2"] });
  const noSigning = lowAuthority("may not sign", root, { keyUsage: 0x01 });
  const leaves = [
    identity("below the root", leaf("r", root)),
    identity("below the upper one", leaf("u", upper)),
    identity("below the lower one", leaf("l", lower)),
    identity("below the sibling", leaf("s", sibling)),
    identity("below an intermediate nobody listed", leaf("x", unknown)),
    identity("below the second root", leaf("t", secondRoot)),
    identity("below one that was not valid yet", leaf("before", shortLived, { notBefore: day(5) })),
    identity("below one that was valid then", leaf("within", shortLived, { notBefore: day(15) })),
    identity("below one that had ended", leaf("after", shortLived, { notBefore: day(25) })),
    identity("below one for clients only", leaf("c", clientOnly)),
    identity("below one that may not sign", leaf("n", noSigning)),
  ];
  const principals = [
    ...roles,
    principal("unit below the lower one", ouPrincipal("Org1MSP", "client", sha256Of(lower, upper, root))),
    principal("unit below the root", ouPrincipal("Org1MSP", "client", sha256Of(root))),
    principal("unit below the second root", ouPrincipal("Org1MSP", "client", sha256Of(secondRoot))),
  ];
  const limited = lowRoot("limited", { pathLength: 0 });
  const belowLimited = lowAuthority("below limited", limited);
  return [
    {
      name: "a root with intermediates in two levels, and a second root",
      config: config({ rootCerts: bytes(root, secondRoot), intermediateCerts: bytes(upper, lower, sibling, shortLived) }),
      identities: leaves,
      principals,
    },
    {
      name: "an intermediate for clients only",
      config: config({ rootCerts: bytes(root), intermediateCerts: bytes(clientOnly) }),
      identities: leaves,
    },
    {
      name: "an intermediate that may not sign",
      config: config({ rootCerts: bytes(root), intermediateCerts: bytes(noSigning) }),
      identities: leaves,
    },
    {
      name: "only the lower intermediate, its upper one missing",
      config: config({ rootCerts: bytes(root), intermediateCerts: bytes(lower) }),
      identities: leaves,
    },
    {
      name: "a root that allows no intermediate",
      config: config({ rootCerts: bytes(limited), intermediateCerts: bytes(belowLimited) }),
      identities: [],
    },
    {
      name: "a root that allows no intermediate, with a leaf",
      config: config({ rootCerts: bytes(limited) }),
      identities: [identity("leaf", leaf("leaf", limited))],
    },
    {
      name: "an authority certified by two roots",
      ...(() => {
        const keys = keyPair();
        const first = lowAuthority("crossed", root, { keys });
        const second = lowAuthority("crossed", secondRoot, { keys });
        return {
          config: config({ rootCerts: bytes(root, secondRoot), intermediateCerts: bytes(first, second) }),
          identities: [identity("below both", leaf("b", first))],
        };
      })(),
    },
    {
      name: "a root that is listed twice",
      config: config({ rootCerts: bytes(root, root) }),
      identities: [identity("leaf", leaf("leaf", root))],
    },
    { name: "a leaf as root", config: config({ rootCerts: bytes(leaf("leaf", root)) }), identities: [] },
    {
      name: "a root without key identifier",
      config: config({ rootCerts: bytes(authority("no id", { subjectKeyId: null })) }),
      identities: [],
    },
    {
      name: "a root that is expired",
      ...(() => {
        const old = lowRoot("old", { notBefore: day(-20), notAfter: day(-10) });
        return {
          config: config({ rootCerts: bytes(old) }),
          identities: [identity("of its time", leaf("of its time", old, { notBefore: day(-15) })), identity("later", leaf("later", old))],
        };
      })(),
    },
    {
      name: "an intermediate of a foreign root",
      config: config({ rootCerts: bytes(root), intermediateCerts: bytes(lowAuthority("foreign", authority("foreign root"))) }),
      identities: [],
    },
    { name: "no root", config: config({ rootCerts: [] }), identities: [] },
    { name: "a root that is no certificate", config: config({ rootCerts: bytes("nothing") }), identities: [] },
    {
      name: "a TLS root that is no authority",
      config: config({ rootCerts: bytes(root), tlsRootCerts: bytes(leaf("tls", root)) }),
      identities: [],
    },
    {
      name: "a TLS intermediate of a foreign root",
      config: config({
        rootCerts: bytes(root),
        tlsRootCerts: bytes(root),
        tlsIntermediateCerts: bytes(authority("sub", { issuer: secondRoot })),
      }),
      identities: [],
    },
    {
      name: "TLS roots",
      config: config({ rootCerts: bytes(root), tlsRootCerts: bytes(secondRoot) }),
      identities: [identity("leaf", leaf("leaf", root))],
    },
    {
      name: "a root with RSA",
      ...(() => {
        const rsa = authority("rsa", { keys: keyPair("rsa") });
        return {
          config: config({ rootCerts: bytes(rsa) }),
          identities: [
            identity("ECDSA leaf", leaf("leaf", rsa)),
            identity("RSA leaf", leaf("rsa leaf", rsa, { keys: keyPair("rsa") })),
            identity("foreign", leaf("foreign", authority("rsa", { keys: keyPair("rsa") }))),
          ],
        };
      })(),
    },
    {
      name: "a root with P-384 and a P-256 leaf in high-S",
      ...(() => {
        const big = authority("big", { keys: keyPair("P-384") });
        return {
          config: config({ rootCerts: bytes(big) }),
          identities: [1, 2, 3, 4].map((n) => identity(`leaf ${n}`, leaf(`leaf ${n}`, big))),
        };
      })(),
    },
  ];
}

/** An authority whose own signature is low-S, so that hashes over its bytes are known. */
function lowRoot(commonName: string, recipe: Partial<CertificateRecipe> = {}): MadeCertificate {
  for (;;) {
    const made = authority(commonName, recipe);
    if (resigned(made, lowS) === made.pem) return made;
  }
}

function lowAuthority(commonName: string, issuer: MadeCertificate, recipe: Partial<CertificateRecipe> = {}): MadeCertificate {
  return lowRoot(commonName, { issuer, ...recipe });
}

function revocation(): Case[] {
  const root = lowRoot("root");
  const sub = lowAuthority("sub", root);
  const revoked = leaf("revoked", root);
  const fine = leaf("fine", root);
  const revokedBelow = leaf("revoked below", sub);
  const stranger = keyPair();
  const resignedList = (change: (signature: Buffer) => Buffer): string => {
    const list = makeRevocationList(root, [revoked]);
    const outer = Buffer.from(list.split("\n").slice(1, -2).join(""), "base64");
    const start = outer[1] === 0x82 ? 4 : outer[1] === 0x81 ? 3 : 2;
    const head = outer[start + 1] === 0x82 ? 4 : outer[start + 1] === 0x81 ? 3 : 2;
    const length = head === 4 ? outer.readUInt16BE(start + 2) : head === 3 ? (outer[start + 2] ?? 0) : (outer[start + 1] ?? 0);
    const tbs = outer.subarray(start, start + head + length);
    const rest = outer.subarray(start + head + length);
    const algorithm = rest.subarray(0, 2 + (rest[1] ?? 0));
    const bits = rest.subarray(algorithm.length);
    return pem("X509 CRL", der(0x30, tbs, algorithm, der(0x03, Buffer.from([0]), change(bits.subarray(3)))));
  };
  const both = [identity("revoked", revoked), identity("fine", fine)];
  const withList = (name: string, list: string | Uint8Array): Case => ({
    name,
    config: config({ rootCerts: bytes(root), revocationList: [Buffer.from(list)] }),
    identities: both,
    principals: roles,
  });
  const derOf = (list: string): Buffer => Buffer.from(list.split("\n").slice(1, -2).join(""), "base64");
  return [
    withList("a revocation list", makeRevocationList(root, [revoked])),
    withList("a revocation list in low-S", resignedList(lowS)),
    withList("a revocation list in high-S", resignedList(highS)),
    withList("a revocation list in DER", derOf(makeRevocationList(root, [revoked]))),
    withList("a revocation list signed with SHA-1", makeRevocationList(root, [revoked], { digest: "sha1" })),
    withList("a revocation list signed by a stranger", makeRevocationList(root, [revoked], { signer: stranger })),
    withList("a revocation list of another authority", makeRevocationList(root, [revoked], { authorityKeyId: Buffer.alloc(32, 1) })),
    withList("a revocation list that does not say whose it is", makeRevocationList(root, [revoked], { authorityKeyId: null })),
    withList("an empty revocation list", makeRevocationList(root, [])),
    withList("no revocation list at all", "nothing"),
    {
      name: "revocation lists of root and intermediate",
      config: config({
        rootCerts: bytes(root),
        intermediateCerts: bytes(sub),
        revocationList: [Buffer.from(makeRevocationList(root, [revokedBelow])), Buffer.from(makeRevocationList(sub, [revokedBelow]))],
      }),
      identities: [identity("revoked below", revokedBelow), identity("fine below", leaf("fine below", sub))],
    },
    {
      name: "a list of the root that names a leaf of the intermediate",
      config: config({
        rootCerts: bytes(root),
        intermediateCerts: bytes(sub),
        revocationList: [Buffer.from(makeRevocationList(root, [revokedBelow]))],
      }),
      identities: [identity("revoked below", revokedBelow)],
    },
    {
      name: "a revoked intermediate",
      config: config({
        rootCerts: bytes(root),
        intermediateCerts: bytes(sub),
        revocationList: [Buffer.from(makeRevocationList(root, [sub]))],
      }),
      identities: [identity("below", leaf("below", sub))],
    },
    {
      name: "a listed administrator that is revoked",
      config: config({
        rootCerts: bytes(root),
        admins: bytes(revoked),
        revocationList: [Buffer.from(makeRevocationList(root, [revoked]))],
      }),
      identities: both,
      principals: roles,
    },
  ];
}

function units(): Case[] {
  const root = lowRoot("root");
  const second = lowRoot("second");
  const sub = lowAuthority("sub", second);
  const people = (issuer: MadeCertificate, prefix: string) =>
    ["client", "peer", "admin", "orderer", "sales", "legal"].map((name) =>
      identity(`${prefix} ${name}`, leaf(`${prefix} ${name}`, issuer, { units: [name] })),
    );
  const all = [
    ...people(root, "root"),
    ...people(second, "second"),
    ...people(sub, "sub"),
    identity("sales and client", leaf("sc", root, { units: ["sales", "client"] })),
  ];
  const admin = leaf("listed", root, { units: ["client"] });
  const peerAdmin = leaf("listed peer", root, { units: ["peer"] });
  const bare = leaf("listed bare", root, { units: [] });
  const twoRoles = leaf("listed two", root, { units: ["client", "peer"] });
  return [
    { name: "no node units, no administrators", config: config({ rootCerts: bytes(root), fabricNodeOus: undefined }), identities: all },
    {
      name: "no node units, a listed administrator",
      config: config({ rootCerts: bytes(root), fabricNodeOus: undefined, admins: bytes(bare) }),
      identities: [...all, identity("listed", bare)],
      principals: roles,
    },
    {
      name: "node units off",
      config: config({ rootCerts: bytes(root), fabricNodeOus: nodeUnits({ ...allUnits, enable: false }), admins: bytes(bare) }),
      identities: [...all, identity("listed", bare)],
      principals: roles,
    },
    {
      name: "node units that name no role",
      config: config({ rootCerts: bytes(root), fabricNodeOus: nodeUnits({ enable: true }), admins: bytes(bare) }),
      identities: [...all, identity("listed", bare)],
      principals: roles,
    },
    {
      name: "node units for clients and peers only",
      config: config({
        rootCerts: bytes(root),
        fabricNodeOus: nodeUnits({ enable: true, clientOuIdentifier: unit("client"), peerOuIdentifier: unit("peer") }),
        admins: bytes(admin),
      }),
      identities: [...all, identity("listed", admin)],
      principals: roles,
    },
    {
      name: "node units for clients and peers only, no administrators",
      config: config({
        rootCerts: bytes(root),
        fabricNodeOus: nodeUnits({ enable: true, clientOuIdentifier: unit("client"), peerOuIdentifier: unit("peer") }),
      }),
      identities: all,
    },
    {
      name: "node units with other names",
      config: config({
        rootCerts: bytes(root),
        fabricNodeOus: nodeUnits({ ...allUnits, clientOuIdentifier: unit("sales"), adminOuIdentifier: unit("legal") }),
      }),
      identities: all,
      principals: roles,
    },
    {
      name: "node units below the first root only",
      config: config({
        rootCerts: bytes(root, second),
        fabricNodeOus: nodeUnits({ ...allUnits, clientOuIdentifier: unit("client", root), peerOuIdentifier: unit("peer", root) }),
      }),
      identities: all,
      principals: roles,
    },
    {
      name: "node units below an intermediate",
      config: config({
        rootCerts: bytes(root, second),
        intermediateCerts: bytes(sub),
        fabricNodeOus: nodeUnits({ ...allUnits, clientOuIdentifier: unit("client", sub) }),
      }),
      identities: all,
      principals: roles,
    },
    {
      name: "node units below a root that has an intermediate",
      config: config({
        rootCerts: bytes(root, second),
        intermediateCerts: bytes(sub),
        fabricNodeOus: nodeUnits({ ...allUnits, clientOuIdentifier: unit("client", second) }),
      }),
      identities: all,
    },
    {
      name: "node units below a foreign root",
      config: config({ rootCerts: bytes(root), fabricNodeOus: nodeUnits({ ...allUnits, clientOuIdentifier: unit("client", second) }) }),
      identities: all,
    },
    {
      name: "required units",
      config: config({
        rootCerts: bytes(root),
        fabricNodeOus: undefined,
        admins: bytes(leaf("boss", root, { units: ["sales"] })),
        organizationalUnitIdentifiers: [unit("sales", root), unit("legal", root)],
      }),
      identities: all,
      principals: roles,
    },
    {
      name: "required units beside node units",
      config: config({ rootCerts: bytes(root), organizationalUnitIdentifiers: [unit("sales", root)] }),
      identities: all,
      principals: roles,
    },
    {
      name: "required units below another root",
      config: config({
        rootCerts: bytes(root, second),
        fabricNodeOus: undefined,
        admins: bytes(leaf("boss", second, { units: ["sales"] })),
        organizationalUnitIdentifiers: [unit("sales", second)],
      }),
      identities: all,
    },
    {
      name: "a required unit without certificate",
      config: config({ rootCerts: bytes(root), organizationalUnitIdentifiers: [unit("sales")] }),
      identities: [],
    },
    {
      name: "a listed administrator that is a client",
      config: config({ rootCerts: bytes(root), admins: bytes(admin) }),
      identities: [identity("listed", admin), ...all],
      principals: roles,
    },
    { name: "a listed administrator that is a peer", config: config({ rootCerts: bytes(root), admins: bytes(peerAdmin) }), identities: [] },
    { name: "a listed administrator without unit", config: config({ rootCerts: bytes(root), admins: bytes(bare) }), identities: [] },
    {
      name: "a listed administrator with two roles",
      config: config({ rootCerts: bytes(root), admins: bytes(twoRoles) }),
      identities: [identity("listed", twoRoles)],
      principals: roles,
    },
    {
      name: "a listed administrator of a foreign authority",
      config: config({ rootCerts: bytes(root), admins: bytes(leaf("stranger", second)) }),
      identities: [],
    },
    {
      name: "a listed administrator that is no certificate",
      config: config({ rootCerts: bytes(root), admins: bytes("nobody") }),
      identities: [],
    },
  ];
}

function signatures(): Case[] {
  const root = lowRoot("root");
  const message = Buffer.from("a message");
  const signer = leaf("signer", root);
  const edwards = leaf("edwards", root, { keys: keyPair("ed25519") });
  const rsa = leaf("rsa", root, { keys: keyPair("rsa") });
  const made = lowS(sign("sha256", message, signer.keys.privateKey));
  const { r, s } = readSignature(made);
  const padded = (value: bigint): Buffer => der(0x02, Buffer.from([0]), Buffer.from(derInteger(value).subarray(2)));
  const one = (name: string, signature: Uint8Array, of = "signer") => ({
    name,
    identity: of,
    message: base64(message),
    signature: base64(signature),
  });
  const list = [
    one("low-S", made),
    one("high-S", flipS(made)),
    one("no signature", new Uint8Array()),
    one("bytes after it", Buffer.concat([made, Buffer.from([1, 2, 3])])),
    one("a third element", der(0x30, derInteger(r), derInteger(s), derInteger(1n))),
    one("a padded integer", der(0x30, padded(r), derInteger(s))),
    one("a length in the long form", Buffer.concat([Buffer.from([0x30, 0x81, made.length - 2]), made.subarray(2)])),
    one("r of zero", writeSignature(0n, s)),
    one("s of zero", writeSignature(r, 0n)),
    one("s of the order", writeSignature(r, P256_ORDER)),
    one("a negative r", der(0x30, der(0x02, Buffer.from([0x80 | 1])), derInteger(s))),
    one("r as an octet string", der(0x30, der(0x04, derInteger(r).subarray(2)), derInteger(s))),
    one("a set instead of a sequence", der(0x31, derInteger(r), derInteger(s))),
    one("one integer", der(0x30, derInteger(r))),
    one("cut short", made.subarray(0, made.length - 1)),
    one("raw r and s", sign("sha256", message, { key: signer.keys.privateKey, dsaEncoding: "ieee-p1363" })),
    one("over another message", lowS(sign("sha256", Buffer.from("another"), signer.keys.privateKey))),
    one("over SHA-384", lowS(sign("sha384", message, signer.keys.privateKey))),
    one("over SHA3-256", lowS(sign("sha3-256", message, signer.keys.privateKey))),
    one("Ed25519", sign(null, message, edwards.keys.privateKey), "edwards"),
    one("Ed25519 cut short", sign(null, message, edwards.keys.privateKey).subarray(0, 63), "edwards"),
    one("RSA", sign("sha256", message, rsa.keys.privateKey), "rsa"),
  ];
  const identities = [identity("signer", signer), identity("edwards", edwards), identity("rsa", rsa)];
  const family = (signatureHashFamily: string, identityIdentifierHashFunction: string): string =>
    config({ rootCerts: bytes(root), cryptoConfig: { signatureHashFamily, identityIdentifierHashFunction } });
  return [
    { name: "signatures", config: config({ rootCerts: bytes(root) }), identities, signatures: list },
    {
      name: "signatures in MSP version 3",
      v3: true,
      config: config({ rootCerts: bytes(root) }),
      identities,
      principals: roles,
      signatures: list,
    },
    { name: "SHA-2 by name", config: family("SHA2", "SHA256"), identities, signatures: list },
    {
      name: "SHA-3",
      config: family("SHA3", "SHA3_256"),
      identities,
      signatures: list,
      principals: [principal("unit", ouPrincipal("Org1MSP", "client", hash("sha3-256", root.der)))],
    },
    {
      name: "an identity hash of 384 bits",
      config: family("SHA2", "SHA384"),
      identities,
      principals: [principal("unit", ouPrincipal("Org1MSP", "client", hash("sha384", root.der)))],
    },
    { name: "an unknown identity hash", config: family("SHA2", "MD5"), identities },
  ];
}

console.log(JSON.stringify([oneRoot(), ...intermediates(), ...revocation(), ...units(), ...signatures()]));
