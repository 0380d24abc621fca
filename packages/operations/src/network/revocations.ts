import type { KeyStore } from "@heddle/store";

/** A certificate that an organisation has taken back. */
export interface Revocation {
  /** Name of the user, such as `app`. */
  readonly user: string;
  readonly certificatePem: string;
  /** ISO 8601. */
  readonly at: string;
}

/** What an organisation has revoked, and the list that says so. */
export interface Revocations {
  readonly revoked: readonly Revocation[];
  /** PEM; empty while nothing is revoked. */
  readonly list: string;
}

const NOTHING: Revocations = { revoked: [], list: "" };

/** What an organisation's revocations are called in the key store. */
export function revocationsSecret(organization: string): string {
  return `revocations/${organization}`;
}

/** Reads an organisation's revocations. They lie with its keys, so that they go when the network goes. */
export async function readRevocations(keys: KeyStore, network: string, organization: string): Promise<Revocations> {
  const kept = await keys.find(network, revocationsSecret(organization));
  return kept === undefined ? NOTHING : (JSON.parse(kept) as Revocations);
}

/** Keeps an organisation's revocations. */
export function writeRevocations(keys: KeyStore, network: string, organization: string, revocations: Revocations): Promise<void> {
  return keys.put(network, revocationsSecret(organization), JSON.stringify(revocations));
}

/** Whether this very certificate was revoked. */
export function isRevoked({ revoked }: Revocations, certificatePem: string): boolean {
  return revoked.some((one) => one.certificatePem === certificatePem);
}
