import type { World } from "../services/world.ts";
import { keptCertificates } from "../services/certificate-list.ts";
import { certificateCalendar, needsRenewal, type CertificateView } from "./calendar.ts";

/** What an event `certificate.expiring` says of a certificate. */
export type ExpiringCertificate = Pick<CertificateView, "organization" | "owner" | "purpose" | "serial" | "state"> & {
  /** ISO 8601. */
  readonly notAfter: string;
};

/** The setting that keeps the serial numbers of a network's certificates that were warned of. */
export function warnedSetting(network: string): string {
  return `certificates-warned/${network}`;
}

/**
 * Writes an event for the certificates of a network that begin to expire: once for each, thirty days before, or as soon
 * as it is noticed. Those that were new. Throws STORE_NETWORK_NOT_FOUND, STORE_SECRET_DAMAGED.
 */
export async function warnOfCertificates(world: World, network: string, now = new Date()): Promise<readonly ExpiringCertificate[]> {
  const due = certificateCalendar(await keptCertificates(world, network), now).filter(needsRenewal);
  const serials = due.map(({ serial }) => serial);
  return world.store.transaction(async ({ networks, settings, events }) => {
    const record = await networks.get(network);
    // What is kept for a network that is being deleted would stay behind.
    if (record === undefined || record.state === "deleting") return [];
    const key = warnedSetting(network);
    const warned = new Set((await settings.get(key)) as readonly string[] | undefined);
    const news = due.filter(({ serial }) => !warned.has(serial)).map(expiring);
    if (news.length > 0)
      await events.append([{ type: "certificate.expiring", network, operation: undefined, data: { certificates: news } }]);
    if (serials.length === 0) await settings.delete(key);
    else if (news.length > 0 || warned.size !== serials.length) await settings.put(key, serials);
    return news;
  });
}

function expiring({ organization, owner, purpose, serial, state, notAfter }: CertificateView): ExpiringCertificate {
  return { organization, owner, purpose, serial, state, notAfter: notAfter.toISOString() };
}
