import { X509Certificate } from "node:crypto";
import { certificateState } from "../certificates/calendar.ts";
import { shortName } from "../certificates/found.ts";
import { operationErrors } from "../errors.ts";
import type { RenewInput } from "../kinds/certificates-renew.ts";
import { organizationNames } from "../network/identities.ts";
import { serialsOf } from "../network/renewal.ts";
import { isRevoked, readRevocations } from "../network/revocations.ts";
import type { World } from "./world.ts";

/** Whose certificates to renew. */
export interface RenewalRequest {
  /** Only of these organisations. */
  readonly organizations?: readonly string[] | undefined;
  /** Only of these: users by their name, such as `Admin`, nodes by their host name. */
  readonly names?: readonly string[] | undefined;
  /** Also what expires later than in this many days. */
  readonly withinDays?: number | undefined;
  readonly newKeys?: boolean | undefined;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Without a number and without names, what is about to expire. */
const WITHIN_DAYS = 30;

/**
 * Whose certificates a request means: those it names, else those that expire within the days. Revoked ones stay as they
 * are. Throws STORE_NETWORK_NOT_FOUND, OPERATION_ORGANIZATION_UNKNOWN, OPERATION_MEMBER_UNKNOWN, OPERATION_NOTHING_TO_RENEW.
 */
export async function renewalInput(world: World, network: string, request: RenewalRequest, now = new Date()): Promise<RenewInput> {
  const all = organizationNames(await world.file(network));
  const unknown = request.organizations?.find((name) => !all.includes(name));
  if (unknown !== undefined) throw operationErrors.create("OPERATION_ORGANIZATION_UNKNOWN", { network, organization: unknown });
  const candidates = await candidatesOf(world, network, request.organizations ?? all);
  const stranger = request.names?.find((wanted) => !candidates.some(({ member }) => isCalled(member.name, wanted)));
  if (stranger !== undefined) throw operationErrors.create("OPERATION_MEMBER_UNKNOWN", { network, name: stranger });
  const days = request.withinDays ?? (request.names === undefined ? WITHIN_DAYS : undefined);
  const meant = candidates.filter(({ member, ends }) => {
    const isNamed = request.names === undefined || request.names.some((wanted) => isCalled(member.name, wanted));
    return isNamed && (days === undefined || ends.some((end) => end.getTime() - now.getTime() <= days * DAY_MS));
  });
  if (meant.length === 0) throw operationErrors.create("OPERATION_NOTHING_TO_RENEW", { network, days: days ?? WITHIN_DAYS });
  return {
    members: meant.map(({ member }) => member),
    newKeys: request.newKeys ?? false,
    expired: meant.some(({ member, expired }) => expired && (member.role === "peer" || member.role === "orderer")),
  };
}

interface Candidate {
  readonly member: RenewInput["members"][number];
  readonly ends: readonly Date[];
  readonly expired: boolean;
}

async function candidatesOf(world: World, network: string, organizations: readonly string[]): Promise<Candidate[]> {
  const lists = await Promise.all(
    organizations.map(async (organization): Promise<Candidate[]> => {
      const { nodes, users } = await world.identities(network).organization(organization);
      const revocations = await readRevocations(world.keys, network, organization);
      const usable = [...nodes, ...users.filter(({ signing }) => !isRevoked(revocations, signing.certificatePem))];
      return usable.map((one) => {
        const dates = [one.signing, one.tls].map(({ certificatePem }) => {
          const { validFromDate: notBefore, validToDate: notAfter } = new X509Certificate(certificatePem);
          return { notBefore, notAfter };
        });
        return {
          member: { organization, name: one.name, role: one.role, serials: serialsOf(one) },
          ends: dates.map(({ notAfter }) => notAfter),
          expired: dates.some((date) => certificateState(date, new Date()) === "expired"),
        };
      });
    }),
  );
  return lists.flat();
}

function isCalled(name: string, wanted: string): boolean {
  return name === wanted || shortName(name) === wanted;
}
