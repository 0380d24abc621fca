import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  channelCertificates,
  consenterCertificates,
  createCertificateAuthority,
  issueUser,
  Msp,
  MspManager,
  openCertificateAuthority,
  organizationMsp,
  rehearseConfigUpdate,
  renewMembers,
  withConsenterCertificates,
  type MemberMaterial,
} from "../src/index.ts";
import { EXTENSION, parseDerCertificate, readAuthorityKeyId, type ParsedCertificate } from "../src/x509/parsed.ts";
import { readPem } from "../src/x509/pem.ts";
import { channelConfig, channelSpec, createOrganizations, first, identityOf } from "./support/channel.ts";
import { DAY } from "./support/certificates.ts";

const { one, two, orderer } = await createOrganizations();
const parse = (pem: string): ParsedCertificate => parseDerCertificate(readPem(pem, "CERTIFICATE"));
const peer = first(one.nodes);

/** What a renewal has to leave as it was: every extension but the identifiers of keys, and the subject. */
function kept(pem: string): unknown {
  const { subject, extensions } = parse(pem);
  const others = [...extensions].filter(([oid]) => oid !== EXTENSION.subjectKeyId && oid !== EXTENSION.authorityKeyId);
  return { subject: subject.toString("hex"), others: others.map(([oid, { critical, value }]) => [oid, critical, value.toString("hex")]) };
}

function memberOf(members: readonly MemberMaterial[], name: string): MemberMaterial {
  return first(members.filter((member) => member.name === name));
}

describe("renewing members", () => {
  it("keeps keys, names and usages, and gives other serial numbers and dates", async () => {
    const notAfter = new Date(Math.floor((Date.now() + 90 * DAY) / 1000) * 1000);
    const renewed = await renewMembers(one, new Set([peer.name]), { notAfter });
    const after = memberOf(renewed.nodes, peer.name);
    for (const kind of ["signing", "tls"] as const) {
      expect(after[kind].privateKeyPem).toBe(peer[kind].privateKeyPem);
      expect(kept(after[kind].certificatePem)).toEqual(kept(peer[kind].certificatePem));
      const [old, fresh] = [parse(peer[kind].certificatePem), parse(after[kind].certificatePem)];
      expect(fresh.publicKey.equals(old.publicKey)).toBe(true);
      expect(fresh.subjectKeyId).toEqual(old.subjectKeyId);
      expect(fresh.serialNumber).not.toBe(old.serialNumber);
      expect(fresh.notAfter).toEqual(notAfter);
    }
    expect(renewed.users).toEqual(one.users);
    const ca = new X509Certificate(one.tlsCa.certificatePem);
    expect(new X509Certificate(after.tls.certificatePem).verify(ca.publicKey)).toBe(true);
    const manager = new MspManager([Msp.fromConfig(organizationMsp(one))]);
    expect(() => manager.deserialize(identityOf(renewed, peer.name).serialized).validate()).not.toThrow();
  });

  it("gives new keys when asked, and names them in the certificates", async () => {
    const after = memberOf((await renewMembers(one, new Set([peer.name]), { newKeys: true })).nodes, peer.name);
    for (const kind of ["signing", "tls"] as const) {
      const fresh = parse(after[kind].certificatePem);
      expect(kept(after[kind].certificatePem)).toEqual(kept(peer[kind].certificatePem));
      expect(fresh.publicKey.equals(parse(peer[kind].certificatePem).publicKey)).toBe(false);
      expect(fresh.subjectKeyId).not.toEqual(parse(peer[kind].certificatePem).subjectKeyId);
      expect(new X509Certificate(after[kind].certificatePem).checkPrivateKey(createPrivateKey(after[kind].privateKeyPem))).toBe(true);
      const authority = kind === "tls" ? one.tlsCa : one.ca;
      expect(readAuthorityKeyId(fresh.extensions.get(EXTENSION.authorityKeyId)?.value ?? Buffer.alloc(0))).toEqual(
        parse(authority.certificatePem).subjectKeyId,
      );
    }
  });

  it("keeps a user's attributes", async () => {
    const issued = await issueUser(one, "carol", { department: "quality" });
    const name = `carol@${one.domain}`;
    const renewed = await renewMembers(issued, new Set([name]));
    const [before, after] = [memberOf(issued.users, name), memberOf(renewed.users, name)];
    expect(kept(after.signing.certificatePem)).toEqual(kept(before.signing.certificatePem));
    expect(parse(after.signing.certificatePem).extensions.get("1.2.3.4.5.6.7.8.1")?.value.toString()).toContain("quality");
  });

  it("never outlives its authority", async () => {
    const ca = await createCertificateAuthority({
      commonName: "ca",
      organization: "org",
      notAfter: new Date(Math.floor(Date.now() / 1000) * 1000 + 10 * DAY),
    });
    const { certificatePem } = await ca.issue({ commonName: "a", role: "client", usage: "sign" });
    expect(parse(await ca.renew(certificatePem)).notAfter).toEqual(parse(ca.certificatePem).notAfter);
  });

  it("refuses a certificate of another authority, and what is none", async () => {
    const ca = openCertificateAuthority(one.ca.certificatePem, one.ca.privateKeyPem);
    await expect(ca.renew(first(two.nodes).signing.certificatePem)).rejects.toMatchObject({ code: "FABRIC_CERTIFICATE_INVALID" });
    await expect(ca.renew("nothing")).rejects.toMatchObject({ code: "FABRIC_CERTIFICATE_INVALID" });
    const broken = peer.signing.certificatePem.replace(/\n[A-Za-z0-9+/]{64}/, "\nAAAA");
    await expect(ca.renew(broken)).rejects.toMatchObject({ code: "FABRIC_CERTIFICATE_INVALID" });
  });
});

describe("the certificates of a channel's configuration", () => {
  const spec = { one, two, orderer };

  it("are the organisations' roots and the Raft consenters' TLS certificates", () => {
    const found = channelCertificates(channelConfig(channelSpec(spec)));
    const node = first(orderer.nodes);
    expect(found.map(({ use, mspId, consenter }) => `${use} ${mspId ?? "-"} ${consenter ?? "-"}`)).toEqual([
      "root OrdererMSP -",
      "tls-root OrdererMSP -",
      "root Org1MSP -",
      "tls-root Org1MSP -",
      "root Org2MSP -",
      "tls-root Org2MSP -",
      "consenter-client-tls - 127.0.0.1:7050",
      "consenter-server-tls - 127.0.0.1:7050",
    ]);
    expect(found.map(({ certificatePem }) => certificatePem)).toEqual([
      orderer.ca.certificatePem,
      orderer.tlsCa.certificatePem,
      one.ca.certificatePem,
      one.tlsCa.certificatePem,
      two.ca.certificatePem,
      two.tlsCa.certificatePem,
      node.tls.certificatePem,
      node.tls.certificatePem,
    ]);
  });

  it.each(["etcdraft", "BFT"] as const)("change with a consenter of %s, and with nothing else", async (type) => {
    const config = channelConfig(channelSpec(spec, type));
    const { signing, tls } = first((await renewMembers(orderer, new Set([first(orderer.nodes).name]), { newKeys: true })).nodes);
    const certificates = {
      identityPem: signing.certificatePem,
      clientTlsCertPem: tls.certificatePem,
      serverTlsCertPem: tls.certificatePem,
    };
    const changed = withConsenterCertificates(config, "127.0.0.1:7050", certificates);
    const states = (one: typeof config) => channelCertificates(one).filter(({ consenter }) => consenter === "127.0.0.1:7050");
    expect(states(changed).map(({ use, certificatePem }) => [use, certificatePem])).toEqual(
      states(config).map(({ use }) => [use, use === "consenter-identity" ? signing.certificatePem : tls.certificatePem]),
    );
    const others = (one: typeof config) => channelCertificates(one).filter(({ consenter }) => consenter !== "127.0.0.1:7050");
    expect(others(changed)).toEqual(others(config));
    expect(consenterCertificates(changed, "127.0.0.1:7050")).toMatchObject({ serverTlsCertPem: tls.certificatePem });
    expect(withConsenterCertificates(changed, "127.0.0.1:7050", certificates)).toBe(changed);
    await expect(rehearseConfigUpdate("trade", config, changed, [identityOf(orderer, "Admin")])).resolves.toBeUndefined();
    const policy = changed.channelGroup?.groups["Orderer"]?.policies["BlockValidation"]?.policy?.value ?? new Uint8Array();
    expect(Buffer.from(policy).includes(Buffer.from(signing.certificatePem))).toBe(type === "BFT");
  });

  it("know no consenter of another address", () => {
    const config = channelConfig(channelSpec(spec));
    const none = { identityPem: "", clientTlsCertPem: "", serverTlsCertPem: "" };
    expect(() => withConsenterCertificates(config, "127.0.0.1:1", none)).toThrow(
      expect.objectContaining({ code: "FABRIC_CONFIG_INVALID" }),
    );
  });

  it("are a BFT consenter's identity too", () => {
    const found = channelCertificates(channelConfig(channelSpec(spec, "BFT"))).filter(({ consenter }) => consenter !== undefined);
    expect(found).toHaveLength(12);
    expect(found.slice(0, 3).map(({ use, mspId, consenter }) => `${use} ${mspId ?? "-"} ${consenter ?? "-"}`)).toEqual([
      "consenter-identity OrdererMSP 127.0.0.1:7050",
      "consenter-client-tls OrdererMSP 127.0.0.1:7050",
      "consenter-server-tls OrdererMSP 127.0.0.1:7050",
    ]);
    expect(first(found).certificatePem).toBe(first(orderer.nodes).signing.certificatePem);
  });
});
