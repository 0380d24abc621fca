import type { Certificate } from "@heddle/api";

/** Whether somebody has to look after a certificate: it expires soon or has expired, and is neither revoked nor replaced. */
export function isDue({ state, superseded, revokedAt }: Certificate): boolean {
  return (state === "expiring" || state === "expired") && !superseded && revokedAt === undefined;
}
