import { createOrganizationMaterial, renewMembers, type ChannelCertificate } from "@heddle/fabric";
import { describe, expect, it } from "vitest";
import { certificateCalendar, certificateState, needsRenewal } from "../../src/certificates/calendar.ts";
import { issuedCertificates, statedCertificates } from "../../src/certificates/found.ts";

const DAY = 24 * 60 * 60 * 1000;
const NAME = "orderer0.example.com";

const material = await createOrganizationMaterial({
  name: "Orderer",
  mspId: "OrdererMSP",
  domain: "example.com",
  nodes: [{ name: NAME, kind: "orderer", hosts: ["localhost"] }],
  users: ["app"],
});
const organizations = [{ name: "Orderer", mspId: "OrdererMSP" }];
const none = { revoked: [], list: "" };
const now = new Date();

/** What a Raft channel states of the organisation and its orderer. */
function statedBy({ nodes, ca }: typeof material): ChannelCertificate[] {
  const tls = nodes[0]?.tls.certificatePem ?? "";
  return [
    { use: "root", mspId: "OrdererMSP", certificatePem: ca.certificatePem },
    { use: "consenter-client-tls", mspId: undefined, consenter: "127.0.0.1:1", certificatePem: tls },
    { use: "consenter-server-tls", mspId: undefined, consenter: "127.0.0.1:1", certificatePem: tls },
  ];
}

describe("how a certificate stands", () => {
  const dates = { notBefore: new Date(1000), notAfter: new Date(1000 + 100 * DAY) };
  it.each([
    ["not-yet-valid", 999],
    ["valid", 1000],
    ["valid", 1000 + 70 * DAY - 1],
    ["expiring", 1000 + 70 * DAY],
    ["expiring", 1000 + 100 * DAY],
    ["expired", 1000 + 100 * DAY + 1],
  ])("is %s at %i", (state, at) => {
    expect(certificateState(dates, new Date(at))).toBe(state);
  });
});

describe("a calendar", () => {
  it("has one line for each certificate, with every place it is used in", () => {
    const calendar = certificateCalendar(
      [...issuedCertificates(material, none), ...statedCertificates("main", statedBy(material), organizations)],
      now,
    );
    const lines = calendar.map(({ owner, role, purpose, uses }) => {
      const places = uses.map(({ in: place, name, as, consenter }) => [place, name, as, consenter].filter(Boolean).join(" "));
      return `${owner} ${role} ${purpose}: ${places.join(", ")}`;
    });
    expect(lines.toSorted()).toEqual([
      "Admin admin enrolment: user Admin signs",
      "Admin admin tls: user Admin client-tls",
      "app client enrolment: user app signs",
      "app client tls: user app client-tls",
      "ca.example.com ca root: organization Orderer issues, channel main root",
      `${NAME} orderer enrolment: node ${NAME} signs`,
      `${NAME} orderer tls: node ${NAME} serves-tls, channel main consenter-client-tls 127.0.0.1:1, channel main consenter-server-tls 127.0.0.1:1`,
      "tlsca.example.com ca tls-root: organization Orderer issues",
    ]);
    expect(calendar.every(({ state, superseded }) => state === "valid" && !superseded)).toBe(true);
  });

  it("puts first what expires first, and counts days down to below zero", async () => {
    const soon = await renewMembers(material, new Set([NAME]), { notAfter: new Date(now.getTime() + 10 * DAY + 5000) });
    const [first, second] = certificateCalendar(issuedCertificates(soon, none), now);
    expect([first, second].map((one) => [one?.owner, one?.daysLeft, one?.state])).toEqual([
      [NAME, 10, "expiring"],
      [NAME, 10, "expiring"],
    ]);
    const later = certificateCalendar(issuedCertificates(soon, none), new Date(now.getTime() + 11 * DAY));
    expect(later.filter(needsRenewal).map(({ daysLeft, state }) => [daysLeft, state])).toEqual([
      [-1, "expired"],
      [-1, "expired"],
    ]);
  });

  it("does not ask for what a certificate of the same key has replaced, but for what another key's has not", async () => {
    const old = await renewMembers(material, new Set([NAME]), { notAfter: new Date(now.getTime() + DAY) });
    const stated = statedCertificates("main", statedBy(old), organizations);
    const superseded = async (newKeys: boolean): Promise<boolean[]> => {
      const renewed = await renewMembers(old, new Set([NAME]), { newKeys });
      const calendar = certificateCalendar([...issuedCertificates(renewed, none), ...stated], now);
      const ofOrderer = calendar.filter(({ owner, purpose, state }) => owner === NAME && purpose === "tls" && state === "expiring");
      return ofOrderer.map((one) => one.superseded || needsRenewal(one) === false);
    };
    expect(await superseded(false)).toEqual([true]);
    expect(await superseded(true)).toEqual([false]);
  });

  it("lists what was revoked, and asks for no renewal of it", async () => {
    const short = await renewMembers(material, new Set(["app@example.com"]), { notAfter: new Date(now.getTime() + DAY) });
    const certificatePem = short.users.find(({ name }) => name.startsWith("app@"))?.signing.certificatePem ?? "";
    const revoked = { list: "", revoked: [{ user: "app", certificatePem, at: now.toISOString() }] };
    const calendar = certificateCalendar(issuedCertificates(short, revoked), now);
    expect(calendar.filter(({ owner }) => owner === "app").map(({ revokedAt, state }) => [revokedAt, state])).toEqual([[now, "expiring"]]);
    expect(calendar.filter(needsRenewal)).toEqual([]);
  });
});
