import { createHash, timingSafeEqual } from "node:crypto";
import { apiErrors, permissions, type Permission } from "@heddle/api";
import type { HeddleError } from "@heddle/network";
import type { FastifyRequest } from "fastify";
import { isLoopback } from "../lifetime/address.ts";

/** What the bearer of the server's token, its owner on this machine, may do: everything. */
const owner: ReadonlySet<Permission> = new Set(permissions);

/** Says why a request is not answered; `undefined` where it may be. */
export type Guard = (request: FastifyRequest) => HeddleError | undefined;

/** Refuses every request that does not carry the token, or was sent to a name that is not this machine's. */
export function createGuard(token: string, closing: AbortSignal): Guard {
  const expected = digest(token);
  return (request) => {
    // A page that a browser shows must not reach us under a name that its owner points here.
    if (!isLoopback(request.hostname)) return apiErrors.create("API_HOST_REFUSED", { host: request.hostname });
    const [scheme = "", presented = "", ...rest] = (request.headers.authorization ?? "").split(" ");
    const valid = scheme.toLowerCase() === "bearer" && rest.length === 0 && timingSafeEqual(digest(presented), expected);
    if (!valid) return apiErrors.create("API_UNAUTHORIZED", {});
    return closing.aborted ? apiErrors.create("API_CLOSING", {}) : undefined;
  };
}

/** Throws API_FORBIDDEN. With one token there is one role; roles come with login. */
export function requirePermission(permission: Permission): void {
  if (!owner.has(permission)) throw apiErrors.create("API_FORBIDDEN", { permission });
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
