import { bftQuorum } from "@heddle/fabric";
import type { NetworkFile } from "@heddle/network";
import type { CertificateView } from "./calendar.ts";

/**
 * What stops working because of certificates that have expired:
 * - `node-unreachable`: clients and other nodes refuse the node's TLS certificate; it goes on running.
 * - `node-does-not-start`: Fabric refuses to start with an expired signing certificate (msp/mspimplsetup.go,
 *   setupSigningIdentity). One that runs goes on signing: MSPs do not look at the clock.
 * - `user-refused`: peers and orderers refuse what the user sends (core/handlers/auth/filter/expiration.go,
 *   orderer/common/msgprocessor/expiration.go).
 * - `administration-refused`: orderers refuse the administrator's TLS certificate at their channel participation API.
 * - `nothing-issued`: an authority that has expired can issue nothing that is valid.
 * - `tls-refused`: every TLS certificate below an expired TLS authority is refused.
 * - `channel-stops`: fewer orderers can be reached than the channel needs to order anything.
 */
export type ConsequenceCode =
  | "node-unreachable"
  | "node-does-not-start"
  | "user-refused"
  | "administration-refused"
  | "nothing-issued"
  | "tls-refused"
  | "channel-stops";

/** One thing that stops working, and for whom. */
export interface Consequence {
  readonly code: ConsequenceCode;
  readonly organization: string;
  /** Of the node, user, authority or channel. */
  readonly name: string;
  /** Of a channel that stops: orderers that can be reached, and how many of all it needs. */
  readonly orderers?: { readonly reachable: number; readonly needed: number; readonly all: number };
}

/** What the certificates of a calendar that have expired stop. Revoked and superseded ones stop nothing. */
export function consequencesOf(file: NetworkFile, certificates: readonly CertificateView[]): Consequence[] {
  const expired = certificates.filter(({ state, superseded, revokedAt }) => state === "expired" && !superseded && revokedAt === undefined);
  const direct = expired.flatMap((one) =>
    codesOf(one, file.spec.runtime).map((code): Consequence => ({ code, organization: one.organization, name: one.owner })),
  );
  return [...direct, ...stoppedChannels(file, direct)];
}

function codesOf({ role, purpose, uses }: CertificateView, runtime: string): ConsequenceCode[] {
  if (uses.some(({ as }) => as === "issues")) return purpose === "tls-root" ? ["nothing-issued", "tls-refused"] : ["nothing-issued"];
  const isNode = role === "peer" || role === "orderer";
  if (purpose === "tls") {
    if (uses.some(({ as }) => as === "serves-tls")) return ["node-unreachable"];
    return role === "admin" && uses.some(({ in: place }) => place === "user") ? ["administration-refused"] : [];
  }
  if (purpose !== "enrolment" || !uses.some(({ as }) => as === "signs")) return [];
  // The nodes of devnet start all the same.
  if (isNode) return runtime === "embedded" ? [] : ["node-does-not-start"];
  return ["user-refused"];
}

/** Channels whose orderers are too few once those are gone that nobody can reach. */
function stoppedChannels({ spec: { ordering, channels } }: NetworkFile, direct: readonly Consequence[]): Consequence[] {
  const { name: organization, domain } = ordering.organization;
  const all = ordering.consenters.length;
  const isAuthorityGone = direct.some((one) => one.code === "tls-refused" && one.organization === organization);
  const gone = new Set(direct.flatMap(({ code, name }) => (code === "node-unreachable" ? [name] : [])));
  const reachable = isAuthorityGone ? 0 : ordering.consenters.filter(({ name }) => !gone.has(`${name}.${domain}`)).length;
  const needed = ordering.type === "bft" ? bftQuorum(all) : Math.floor(all / 2) + 1;
  if (reachable >= needed) return [];
  return channels.map(({ name }) => ({ code: "channel-stops", organization, name, orderers: { reachable, needed, all } }));
}
