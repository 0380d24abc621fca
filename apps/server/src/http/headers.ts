import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isEncrypted } from "./cookie.ts";

/** Policy for everything that is no page: it may load nothing and stand in no frame. */
const NO_CONTENT_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Policy for the console's page: our own files, styles and scripts of the page that carry its nonce, nothing from elsewhere. */
export function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

const always = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
} as const;

/** Headers that every answer carries, unless its route has set others of the same name. */
export function setSecurityHeaders(app: FastifyInstance): void {
  app.addHook("onSend", (request, reply, _payload, done) => {
    addSecurityHeaders(request, reply);
    done();
  });
}

/** As {@link setSecurityHeaders}, for one answer that comes past the hooks. */
export function addSecurityHeaders(request: FastifyRequest, reply: FastifyReply): void {
  const wanted = {
    ...always,
    "content-security-policy": NO_CONTENT_POLICY,
    "cache-control": "no-store",
    ...(isEncrypted(request) ? { "strict-transport-security": "max-age=31536000" } : {}),
    ...(reply.statusCode === 401 ? { "www-authenticate": 'Bearer realm="heddle"' } : {}),
  };
  for (const [name, value] of Object.entries(wanted)) if (!reply.hasHeader(name)) void reply.header(name, value);
}
