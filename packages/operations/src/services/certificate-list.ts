import { channelCertificates } from "@heddle/fabric";
import { isHeddleError } from "@heddle/network";
import type { NetworkFile } from "@heddle/network";
import { certificateCalendar, type CertificateView, type FoundCertificate } from "../certificates/calendar.ts";
import { consequencesOf, type Consequence } from "../certificates/consequences.ts";
import { issuedCertificates, statedCertificates } from "../certificates/found.ts";
import { organizationsOf } from "../network/channel-settings.ts";
import { currentConfig } from "../network/channel-update.ts";
import { organizationNames } from "../network/identities.ts";
import { readRevocations } from "../network/revocations.ts";
import type { PlacedNetwork, World } from "./world.ts";

/** The certificates of a network at a time. */
export interface CertificateCalendar {
  readonly at: Date;
  /** Those that expire first stand first. */
  readonly certificates: readonly CertificateView[];
  /** Channels whose configuration no peer could be asked for: what only they state is missing. */
  readonly unread: readonly string[];
}

/** Certificates in the key store, which is what nodes and users of a network have. Throws STORE_NETWORK_NOT_FOUND, STORE_SECRET_DAMAGED. */
export async function keptCertificates(world: World, network: string): Promise<FoundCertificate[]> {
  const file = await world.file(network);
  const kept = await world.keys.names(network);
  // A network that is being created has none yet.
  if (kept.length === 0) return [];
  const lists = await Promise.all(
    organizationNames(file).map(async (name) =>
      issuedCertificates(await world.identities(network).organization(name), await readRevocations(world.keys, network, name)),
    ),
  );
  return lists.flat();
}

/** When a certificate that is in use expires, and whose it is. */
export type CertificateExpiry = Pick<CertificateView, "organization" | "owner" | "purpose" | "serial" | "notAfter"> & {
  readonly network: string;
};

/** The ends of the certificates that the nodes and users of all networks have; of a network whose keys cannot be opened, none. */
export async function certificateExpiries(world: World): Promise<CertificateExpiry[]> {
  const now = new Date();
  const lists = await Promise.all(
    (await world.store.networks.list()).map(async ({ name: network }) => {
      try {
        return certificateCalendar(await keptCertificates(world, network), now)
          .filter(({ revokedAt }) => revokedAt === undefined)
          .map(({ organization, owner, purpose, serial, notAfter }) => ({ network, organization, owner, purpose, serial, notAfter }));
      } catch (error) {
        if (isHeddleError(error)) return [];
        throw error;
      }
    }),
  );
  return lists.flat();
}

/** Every certificate of a network: in the key store, and in its channels' configurations. Throws STORE_NETWORK_NOT_FOUND, STORE_SECRET_DAMAGED. */
export async function listCertificates(world: World, network: string, at = new Date()): Promise<CertificateCalendar> {
  const file = await world.file(network);
  const kept = await keptCertificates(world, network);
  const placed = await placedNetwork(world, network);
  const channels = await Promise.all(
    file.spec.channels.map(async (channel) => ({
      name: channel.name,
      found: placed === undefined ? undefined : await channelFound(placed, file, channel.name),
    })),
  );
  return {
    at,
    certificates: certificateCalendar([...kept, ...channels.flatMap(({ found = [] }) => found)], at),
    unread: channels.filter(({ found }) => found === undefined).map(({ name }) => name),
  };
}

/** The calendar of another time, with what stops working then. */
export interface CertificateRehearsal extends CertificateCalendar {
  readonly consequences: readonly Consequence[];
}

/** What a network's certificates are at a time, and what stops working then. Throws as {@link listCertificates}. */
export async function rehearseCertificates(world: World, network: string, at: Date): Promise<CertificateRehearsal> {
  const calendar = await listCertificates(world, network, at);
  return { ...calendar, consequences: consequencesOf(await world.file(network), calendar.certificates) };
}

async function placedNetwork(world: World, network: string): Promise<PlacedNetwork | undefined> {
  try {
    return await world.network(network);
  } catch (error) {
    if (isHeddleError(error, "OPERATION_NETWORK_NOT_PLACED")) return undefined;
    throw error;
  }
}

/** What a peer's configuration of the channel states; undefined when none of them answers. */
async function channelFound({ connections }: PlacedNetwork, file: NetworkFile, name: string): Promise<FoundCertificate[] | undefined> {
  const channel = file.spec.channels.find((one) => one.name === name);
  const peers = channel === undefined ? [] : organizationsOf(channel).flatMap((organization) => connections.peersOf(organization));
  const { ordering, organizations } = file.spec;
  for (const peer of peers) {
    try {
      return statedCertificates(name, channelCertificates(await currentConfig(connections, peer, name)), [
        ordering.organization,
        ...organizations,
      ]);
    } catch (error) {
      if (!isHeddleError(error) || !error.code.startsWith("FABRIC_")) throw error;
    }
  }
  return undefined;
}
