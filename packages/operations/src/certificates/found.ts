import { X509Certificate } from "node:crypto";
import type { ChannelCertificate, MemberMaterial, OrganizationMaterial } from "@heddle/fabric";
import type { Revocations } from "../network/revocations.ts";
import type { CertificatePurpose, CertificateRole, FoundCertificate } from "./calendar.ts";

type Whose = Pick<FoundCertificate, "organization" | "mspId" | "owner" | "role">;

/** The certificates that an organisation has issued and that are in use, and those it has revoked. */
export function issuedCertificates(material: OrganizationMaterial, { revoked }: Revocations): FoundCertificate[] {
  const { name: organization, mspId, ca, tlsCa } = material;
  const whose = (owner: string, role: CertificateRole): Whose => ({ organization, mspId, owner, role });
  const authority = (
    { name, certificatePem }: { name: string; certificatePem: string },
    purpose: CertificatePurpose,
  ): FoundCertificate => ({
    ...whose(name, "ca"),
    purpose,
    certificatePem,
    use: { in: "organization", name: organization, as: "issues" },
  });
  const taken = new Set(revoked.map(({ certificatePem }) => certificatePem));
  return [
    authority(ca, "root"),
    // An imported network may have no TLS.
    ...(tlsCa.certificatePem === "" ? [] : [authority(tlsCa, "tls-root")]),
    ...material.nodes.flatMap((node) => memberCertificates(whose(node.name, node.role), node, "node")),
    ...material.users
      .filter(({ signing }) => !taken.has(signing.certificatePem))
      .flatMap((user) => memberCertificates(whose(shortName(user.name), user.role), user, "user")),
    ...revoked.map(({ user, certificatePem, at }): FoundCertificate => ({
      ...whose(user, "client"),
      purpose: "enrolment",
      certificatePem,
      use: { in: "user", name: user, as: "signs" },
      revokedAt: new Date(at),
    })),
  ];
}

/** A user's name without the organisation's domain. */
export function shortName(name: string): string {
  return name.split("@")[0] ?? name;
}

function memberCertificates(whose: Whose, { signing, tls }: MemberMaterial, place: "node" | "user"): FoundCertificate[] {
  const at = { in: place, name: whose.owner };
  const enrolment: FoundCertificate = {
    ...whose,
    purpose: "enrolment",
    certificatePem: signing.certificatePem,
    use: { ...at, as: "signs" },
  };
  if (tls.certificatePem === "") return [enrolment];
  return [
    enrolment,
    { ...whose, purpose: "tls", certificatePem: tls.certificatePem, use: { ...at, as: place === "node" ? "serves-tls" : "client-tls" } },
  ];
}

const CHANNEL_PURPOSES: Readonly<Record<ChannelCertificate["use"], CertificatePurpose>> = {
  root: "root",
  intermediate: "intermediate",
  "tls-root": "tls-root",
  "tls-intermediate": "tls-intermediate",
  admin: "enrolment",
  "consenter-identity": "enrolment",
  "consenter-client-tls": "tls",
  "consenter-server-tls": "tls",
};

/** Certificates that a channel's configuration states, each with the organisation it is of, as far as that can be told. */
export function statedCertificates(
  channel: string,
  stated: readonly ChannelCertificate[],
  organizations: ReadonlyArray<{ readonly name: string; readonly mspId: string }>,
): FoundCertificate[] {
  return stated.map(({ use, mspId, consenter, certificatePem }) => {
    const { issuer, subject } = new X509Certificate(certificatePem);
    const found = organizations.find((one) => one.mspId === mspId);
    return {
      organization: found?.name ?? mspId ?? "",
      mspId: mspId ?? "",
      owner: commonName(subject) ?? commonName(issuer) ?? "",
      role: roleOf(use),
      purpose: CHANNEL_PURPOSES[use],
      certificatePem,
      use: { in: "channel", name: channel, as: use, ...(consenter === undefined ? {} : { consenter }) },
    };
  });
}

function roleOf(use: ChannelCertificate["use"]): CertificateRole {
  if (use === "admin") return "admin";
  return use.startsWith("consenter-") ? "orderer" : "ca";
}

function commonName(name: string): string | undefined {
  return name
    .split("\n")
    .find((line) => line.startsWith("CN="))
    ?.slice(3);
}
