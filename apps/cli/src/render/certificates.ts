import type { Certificate, CertificateCalendar, Consequence } from "@heddle/api";
import { table } from "./table.ts";

const PURPOSES: Readonly<Record<Certificate["purpose"], string>> = {
  root: "root",
  intermediate: "intermediate",
  "tls-root": "TLS root",
  "tls-intermediate": "TLS intermediate",
  enrolment: "enrolment",
  tls: "TLS",
};

/** Certificates as a table, and what could not be read. */
export function certificateTable({ certificates, unread }: CertificateCalendar, nothing: string): string {
  const rows = certificates.map((one) => [
    stateOf(one),
    String(one.daysLeft),
    one.notAfter.slice(0, 10),
    one.organization,
    one.owner,
    PURPOSES[one.purpose],
    usesOf(one),
    one.serial,
  ]);
  const list = table(["state", "days", "valid until", "organisation", "owner", "purpose", "used", "serial"], rows, nothing);
  return unread.length === 0
    ? list
    : `${list}not read, since no peer answers: ${unread.map((channel) => `channel ${channel}`).join(", ")}\n`;
}

function stateOf({ state, superseded, revokedAt }: Certificate): string {
  if (revokedAt !== undefined) return "revoked";
  return superseded ? `${state}, replaced` : state;
}

/** Where a certificate is used: a node or a user is its owner, which stands beside it. */
function usesOf({ uses }: Certificate): string {
  const channels = new Map<string, Set<string>>();
  for (const { in: place, name, as } of uses)
    if (place === "channel") channels.set(name, new Set([...(channels.get(name) ?? []), as.startsWith("consenter-") ? "consenter" : as]));
  const own = uses.some(({ in: place }) => place !== "channel") ? ["in use"] : [];
  return [...own, ...[...channels].map(([channel, as]) => `${[...as].join(" and ")} of ${channel}`)].join(", ");
}

/** A consequence in a sentence. */
export function consequenceText({ code, organization, name, orderers }: Consequence): string {
  switch (code) {
    case "node-unreachable":
      return `${name} cannot be reached: clients and other nodes refuse its TLS certificate`;
    case "node-does-not-start":
      return `${name} does not start again: Fabric refuses an expired signing certificate`;
    case "user-refused":
      return `whatever ${name} of ${organization} sends is refused by peers and orderers`;
    case "administration-refused":
      return `${name} of ${organization} can no longer let orderers join or leave channels`;
    case "nothing-issued":
      return `${organization} can issue no certificate: its authority ${name} has expired`;
    case "tls-refused":
      return `every TLS certificate of ${organization} is refused: its authority ${name} has expired`;
    case "channel-stops":
      return `channel ${name} stops: ${orderers?.reachable ?? 0} of its ${orderers?.all ?? 0} orderers can be reached, and it needs ${orderers?.needed ?? 0}`;
  }
}
