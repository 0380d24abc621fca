import { apiErrors } from "@heddle/api";
import type { HeddleError } from "@heddle/network";
import type { FastifyRequest } from "fastify";
import { isEncrypted } from "./cookie.ts";

const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Whether a request changes nothing, by its method. */
export function isSafe({ method }: Pick<FastifyRequest, "method">): boolean {
  return SAFE.has(method);
}

/**
 * Why a request with a session's cookie, or one that begins a session, is not
 * believed to come from our own pages; `undefined` where it does.
 *
 * The browser says where a request comes from in `Sec-Fetch-Site` (Fetch Metadata)
 * and `Origin`. A change needs one of them to say that it is us; a read is refused
 * where one of them says that it is somebody else. SameSite alone would not do: a
 * page on another port of this host is the same site.
 */
export function refuseOtherOrigins(request: FastifyRequest): HeddleError | undefined {
  const { origin, "sec-fetch-site": site } = request.headers;
  const own = `${isEncrypted(request) ? "https" : "http"}://${request.host}`;
  const refuse = (reason: string): HeddleError => apiErrors.create("API_ORIGIN_REFUSED", { reason });
  if (origin !== undefined && origin !== own) return refuse(`its origin is ${origin}, not ${own}`);
  if (isSafe(request)) {
    const fine = site === undefined || site === "same-origin" || site === "none";
    return fine ? undefined : refuse(`the browser calls it ${String(site)}`);
  }
  if (site !== undefined && site !== "same-origin") return refuse(`the browser calls it ${String(site)}`);
  return origin === undefined && site === undefined ? refuse("it names no origin") : undefined;
}
