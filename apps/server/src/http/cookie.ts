import type { FastifyReply, FastifyRequest } from "fastify";
import type { NewSession } from "../auth/sessions.ts";

/** Token of the session in a request's cookie, if there is one. */
export function sessionToken(request: FastifyRequest): string | undefined {
  const name = `${cookieName(request)}=`;
  const cookies = (request.headers.cookie ?? "").split(/;\s*/).filter((cookie) => cookie.startsWith(name));
  // Two of the same name: somebody set one that is not ours. Neither is believed.
  return cookies.length === 1 ? cookies[0]?.slice(name.length) : undefined;
}

/** Gives the browser the cookie of a session, or takes it away. */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, session: NewSession | undefined): void {
  const seconds = session === undefined ? 0 : Math.floor((session.expiresAt.getTime() - Date.now()) / 1000);
  const parts = [
    `${cookieName(request)}=${session?.token ?? ""}`,
    "Path=/",
    `Max-Age=${seconds}`,
    "HttpOnly",
    "SameSite=Strict",
    ...(isEncrypted(request) ? ["Secure"] : []),
  ];
  void reply.header("set-cookie", parts.join("; "));
}

/** Whether the request came over TLS. */
export function isEncrypted(request: FastifyRequest): boolean {
  return "encrypted" in request.raw.socket && request.raw.socket.encrypted === true;
}

/**
 * Name of the cookie. A browser sends a cookie to every port of a host, so servers
 * on two ports would log each other out under one name. With TLS the prefix keeps
 * a neighbouring host or an unencrypted page from setting it (RFC 6265bis, 4.1.3.2).
 */
function cookieName(request: FastifyRequest): string {
  const name = `heddle_session_${request.raw.socket.localPort ?? 0}`;
  return isEncrypted(request) ? `__Host-${name}` : name;
}
