import { X509Certificate, createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { createCertificateAuthority, createLocalSigner, openCertificateAuthority, type IssueRequest } from "../src/index.ts";
import { isLowS } from "../src/crypto/low-s.ts";
import { EXTENSION, parseDerCertificate, readAuthorityKeyId } from "../src/x509/parsed.ts";
import { findPem, readPem, writePem } from "../src/x509/pem.ts";
import { DAY, keyPair, makeCertificate } from "./support/certificates.ts";
import { findTool, inFolder, runTool } from "./support/tools.ts";

const openssl = findTool("openssl");
const parse = (pem: string) => parseDerCertificate(readPem(pem, "CERTIFICATE"));
const authority = () => createCertificateAuthority({ commonName: "ca.org1.example.com", organization: "org1.example.com" });
const peerRequest: IssueRequest = { commonName: "peer0.org1.example.com", role: "peer", usage: "sign", hosts: ["peer0.org1.example.com"] };

describe("a certificate authority", () => {
  it("is what cryptogen's is: a self-signed CA that signs certificates and lists", async () => {
    const { certificatePem } = await authority();
    const certificate = new X509Certificate(certificatePem);
    expect(certificate.ca).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.subject.split("\n")).toEqual([
      "C=US",
      "ST=California",
      "L=San Francisco",
      "O=org1.example.com",
      "CN=ca.org1.example.com",
    ]);
    expect(parse(certificatePem)).toMatchObject({ basicConstraints: { ca: true, pathLength: undefined } });
    expect(parse(certificatePem).keyUsage).toBe(0x80 | 0x20 | 0x04 | 0x02);
  });

  it("names its key by the SHA-256 of the key's point, in its own certificate and below", async () => {
    const ca = await authority();
    const { publicKey, subjectKeyId } = parse(ca.certificatePem);
    const point = publicKey.export({ type: "spki", format: "der" }).subarray(-65);
    expect(subjectKeyId).toEqual(createHash("sha256").update(point).digest());
    const { extensions } = parse((await ca.issue(peerRequest)).certificatePem);
    expect(readAuthorityKeyId(extensions.get(EXTENSION.authorityKeyId)?.value ?? Buffer.alloc(0))).toEqual(subjectKeyId);
  });

  it("issues serial numbers of 16 bytes that are positive and never the same", async () => {
    const ca = await authority();
    const serials = await Promise.all(
      Array.from({ length: 64 }, async () => parse((await ca.issue(peerRequest)).certificatePem).serialNumber),
    );
    expect(new Set(serials).size).toBe(64);
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9a-f]{31}$/);
  });

  it("signs in low-S form only", async () => {
    const ca = await authority();
    const made = await Promise.all(Array.from({ length: 32 }, () => ca.issue(peerRequest)));
    for (const { certificatePem } of made) expect(isLowS(parse(certificatePem).signature, "prime256v1")).toBe(true);
  });

  it("tells roles apart by organisational unit, in signing certificates only", async () => {
    const ca = await authority();
    for (const role of ["peer", "orderer", "admin", "client"] as const) {
      const request = { commonName: "someone", role, usage: "sign" } as const;
      expect(parse((await ca.issue(request)).certificatePem).organizationalUnits).toEqual([role]);
      expect(parse((await ca.issue({ ...request, usage: "tls" })).certificatePem).organizationalUnits).toEqual([]);
    }
  });

  it("limits TLS certificates to servers and clients, and signing certificates not at all", async () => {
    const ca = await authority();
    const signing = parse((await ca.issue(peerRequest)).certificatePem);
    expect([signing.extendedKeyUsages, signing.keyUsage, signing.basicConstraints?.ca]).toEqual([[], 0x80, false]);
    const tls = parse((await ca.issue({ ...peerRequest, usage: "tls" })).certificatePem);
    expect(tls.extendedKeyUsages.toSorted()).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
    expect(tls.keyUsage).toBe(0x80 | 0x20);
  });

  it("writes names and addresses that a node answers for", async () => {
    const ca = await authority();
    const { certificatePem } = await ca.issue({
      ...peerRequest,
      usage: "tls",
      hosts: ["peer0.org1.example.com", "localhost", "127.0.0.1", "::1"],
    });
    const certificate = new X509Certificate(certificatePem);
    expect(certificate.subjectAltName).toBe("DNS:peer0.org1.example.com, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1");
    expect(certificate.checkHost("localhost")).toBe("localhost");
    expect(certificate.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(new X509Certificate((await ca.issue({ ...peerRequest, hosts: [] })).certificatePem).subjectAltName).toBeUndefined();
  });

  it("carries attributes as Fabric CA writes them", async () => {
    const ca = await authority();
    const attributes = { "hf.EnrollmentID": "alice", role: "auditor", name: "Zoë 中" };
    const { extensions } = parse((await ca.issue({ ...peerRequest, attributes })).certificatePem);
    const value = extensions.get("1.2.3.4.5.6.7.8.1");
    expect(value?.critical).toBe(false);
    expect(JSON.parse(value?.value.toString("utf8") ?? "")).toEqual({ attrs: attributes });
    expect(parse((await ca.issue(peerRequest)).certificatePem).extensions.has("1.2.3.4.5.6.7.8.1")).toBe(false);
  });

  it("gives no certificate a life outside its own", async () => {
    const now = Math.floor(Date.now() / 1000) * 1000;
    const ca = await createCertificateAuthority({
      commonName: "ca",
      organization: "o",
      notBefore: new Date(now),
      notAfter: new Date(now + DAY),
    });
    const wide = parse(
      (await ca.issue({ ...peerRequest, notBefore: new Date(now - DAY), notAfter: new Date(now + 9 * DAY) })).certificatePem,
    );
    expect([wide.notBefore, wide.notAfter]).toEqual([new Date(now), new Date(now + DAY)]);
    const usual = parse((await ca.issue(peerRequest)).certificatePem);
    expect([usual.notBefore, usual.notAfter]).toEqual([new Date(now), new Date(now + DAY)]);
    const narrow = parse((await ca.issue({ ...peerRequest, notAfter: new Date(now + 1500) })).certificatePem);
    expect(narrow.notAfter).toEqual(new Date(now + 1000));
  });

  it("writes dates beyond 2049 as RFC 5280 asks", async () => {
    const ca = await createCertificateAuthority({ commonName: "ca", organization: "o", notAfter: new Date(Date.UTC(2101, 1, 3, 4, 5, 6)) });
    expect(parse(ca.certificatePem).notAfter.toISOString()).toBe("2101-02-03T04:05:06.000Z");
    expect(readPem(ca.certificatePem, "CERTIFICATE").includes("21010203040506Z")).toBe(true);
  });

  it("certifies keys that it never sees, of any kind that Fabric takes", async () => {
    const ca = await authority();
    for (const kind of ["P-256", "P-384", "P-521", "ed25519"] as const) {
      const { publicKey } = keyPair(kind);
      expect(parse(await ca.certify(peerRequest, publicKey)).publicKey.equals(publicKey)).toBe(true);
    }
  });

  it("can be opened again, also with another kind of key and another key identifier", async () => {
    for (const kind of ["P-256", "P-384", "ed25519"] as const) {
      const sha1 = createHash("sha1").update(kind).digest();
      const foreign = makeCertificate({ commonName: "foreign", ca: true, keys: keyPair(kind), subjectKeyId: sha1 });
      const issued = await openCertificateAuthority(foreign.pem, createLocalSigner(foreign.keys.privateKey)).issue({
        ...peerRequest,
        notBefore: new Date(),
      });
      const { extensions } = parse(issued.certificatePem);
      expect(readAuthorityKeyId(extensions.get(EXTENSION.authorityKeyId)?.value ?? Buffer.alloc(0))).toEqual(sha1);
      expect(new X509Certificate(issued.certificatePem).checkIssued(new X509Certificate(foreign.pem))).toBe(true);
    }
  });

  it("refuses what cannot issue", async () => {
    const ca = await authority();
    const leaf = await ca.issue(peerRequest);
    const noId = makeCertificate({ commonName: "no id", ca: true, subjectKeyId: null });
    const refused = (code: string) => expect.objectContaining({ code }) as Error;
    expect(() => openCertificateAuthority(leaf.certificatePem, leaf.privateKeyPem)).toThrow(refused("FABRIC_CERTIFICATE_INVALID"));
    expect(() => openCertificateAuthority(ca.certificatePem, leaf.privateKeyPem)).toThrow(refused("FABRIC_CERTIFICATE_INVALID"));
    expect(() => openCertificateAuthority("nothing", ca.privateKeyPem)).toThrow(refused("FABRIC_CERTIFICATE_INVALID"));
    expect(() => openCertificateAuthority(writePem("CERTIFICATE", Buffer.from([0x30, 0])), ca.privateKeyPem)).toThrow(
      refused("FABRIC_CERTIFICATE_INVALID"),
    );
    expect(() => openCertificateAuthority(noId.pem, createLocalSigner(noId.keys.privateKey))).toThrow(
      refused("FABRIC_CERTIFICATE_INVALID"),
    );
    expect(() => openCertificateAuthority(ca.certificatePem, "no key")).toThrow(refused("FABRIC_KEY_INVALID"));
    expect(() => createLocalSigner(keyPair("rsa").privateKey)).toThrow(refused("FABRIC_KEY_INVALID"));
    expect(() => createLocalSigner(keyPair("secp256k1").privateKey)).toThrow(refused("FABRIC_KEY_INVALID"));
  });
});

describe.skipIf(openssl === undefined)(`openssl${openssl === undefined ? " (skipped: it is not on PATH)" : ""}`, () => {
  it("verifies what an authority issues, and its revocation list", () =>
    inFolder(async (folder) => {
      const ca = await authority();
      const [peer, gone] = [await ca.issue(peerRequest), await ca.issue({ ...peerRequest, commonName: "gone" })];
      const file = (name: string, content: string): string => {
        writeFileSync(path.join(folder, name), content);
        return path.join(folder, name);
      };
      const [root, one, two, list] = [
        file("ca.pem", ca.certificatePem),
        file("peer.pem", peer.certificatePem),
        file("gone.pem", gone.certificatePem),
        file("crl.pem", await ca.revoke([gone.certificatePem])),
      ];
      expect(runTool(openssl, ["verify", "-x509_strict", "-CAfile", root, one]).toString()).toContain("OK");
      expect(runTool(openssl, ["verify", "-crl_check", "-CRLfile", list, "-CAfile", root, one]).toString()).toContain("OK");
      expect(() => runTool(openssl, ["verify", "-crl_check", "-CRLfile", list, "-CAfile", root, two])).toThrow(/revoked/);
      const text = runTool(openssl, ["crl", "-in", list, "-noout", "-text"]).toString();
      expect(text).toContain("X509v3 Authority Key Identifier");
      expect(text).toContain("X509v3 CRL Number");
      expect(text.toLowerCase().replaceAll(":", "")).toContain(parse(gone.certificatePem).serialNumber);
    }));

  it("reads the private keys that come with certificates", () =>
    inFolder(async (folder) => {
      const { privateKeyPem } = await (await authority()).issue(peerRequest);
      writeFileSync(path.join(folder, "key.pem"), privateKeyPem);
      expect(runTool(openssl, ["pkey", "-in", path.join(folder, "key.pem"), "-noout", "-text"]).toString()).toContain("prime256v1");
    }));
});

describe("PEM", () => {
  it("comes back as it was written, in lines that Go writes", () => {
    for (const length of [0, 1, 47, 48, 49, 1000]) {
      const bytes = Buffer.alloc(length, 0xa5);
      const text = writePem("X509 CRL", bytes);
      expect(findPem(text)).toEqual({ label: "X509 CRL", der: bytes });
      for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(64);
    }
  });

  it("is refused with a code under another label", () => {
    expect(() => readPem(writePem("PRIVATE KEY", Buffer.from("x")), "CERTIFICATE")).toThrow(
      expect.objectContaining({ code: "FABRIC_CERTIFICATE_INVALID" }) as Error,
    );
  });
});
