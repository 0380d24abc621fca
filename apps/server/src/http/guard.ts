import { timingSafeEqual } from "node:crypto";
import { apiErrors, permissionsOf, type Caller, type Permission } from "@heddle/api";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { digest } from "../auth/secrets.ts";
import type { Sessions } from "../auth/sessions.ts";
import { sessionToken } from "./cookie.ts";
import { isSafe, refuseOtherOrigins } from "./origin.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What a caller has to be allowed to do. A route without it cannot be registered. */
    permission?: Permission;
    /** The token for scraping opens this route, and no other. */
    scraped?: boolean;
  }
  interface FastifyRequest {
    /** Who asks; `undefined` until the guard has looked, and for somebody unknown. */
    caller: Caller | undefined;
  }
}

/** What the guard goes by. */
export interface GuardOptions {
  /** Token of the owner on this machine. */
  readonly token: string;
  /** Token that opens the routes that are scraped, and nothing else. */
  readonly metricsToken: string;
  readonly sessions: Pick<Sessions, "resolve">;
  /** Whether the server answers to a name. */
  readonly answersTo: (host: string) => boolean;
  readonly closing: AbortSignal;
}

/** Throws why a request is not answered; notes who asks. */
export type Guard = (request: FastifyRequest) => Promise<void>;

/** Name by which the bearer of the server's own token goes. */
export const LOCAL = "local";

/**
 * The one gate: everything is denied unless the route's permission is `anyone`, or
 * the caller's role has it.
 */
export function createGuard({ token, metricsToken, sessions, answersTo, closing }: GuardOptions): Guard {
  const isOwner = matcher(token);
  const isScraper = matcher(metricsToken);

  const bearer = (authorization: string, scraped: boolean): Caller | undefined => {
    const [scheme = "", presented = "", ...rest] = authorization.split(" ");
    if (scheme.toLowerCase() !== "bearer" || rest.length > 0) return undefined;
    if (isOwner(presented)) return { account: LOCAL, role: "owner" };
    return scraped && isScraper(presented) ? { account: "prometheus", role: "viewer" } : undefined;
  };

  const identify = async (request: FastifyRequest): Promise<Caller | undefined> => {
    const { authorization } = request.headers;
    // A wrong token is never made good by a cookie that comes with it.
    if (authorization !== undefined) return bearer(authorization, request.routeOptions.config.scraped === true);
    const presented = sessionToken(request);
    return presented === undefined ? undefined : sessions.resolve(presented);
  };

  return async (request) => {
    // A page that a browser shows must not reach us under a name that its owner points here.
    if (!answersTo(request.hostname)) throw apiErrors.create("API_HOST_REFUSED", { host: request.hostname });
    const { permission } = request.routeOptions.config;
    // A page that anybody may see may be linked from anywhere.
    if (permission === "anyone" && isSafe(request)) return;
    request.caller = await identify(request);
    const { caller } = request;
    if (caller === undefined && permission !== "anyone") throw apiErrors.create("API_UNAUTHORIZED", {});
    // The token is the one thing that no browser sends on its own.
    if (caller === undefined || caller.session !== undefined) {
      const refused = refuseOtherOrigins(request);
      if (refused !== undefined) throw refused;
    }
    if (closing.aborted) throw apiErrors.create("API_CLOSING", {});
    // Without a permission there is no route: the answer will be that it was not found.
    if (permission === undefined || permission === "anyone" || caller === undefined) return;
    if (!permissionsOf[caller.role].has(permission)) throw apiErrors.create("API_FORBIDDEN", { permission });
  };
}

/** Compares in the same time whatever is presented. */
function matcher(secret: string): (presented: string) => boolean {
  const expected = Buffer.from(digest(secret));
  return (presented) => timingSafeEqual(Buffer.from(digest(presented)), expected);
}

/**
 * Puts the guard before every request, and refuses to register a route that names no
 * permission. `refused` is told of what somebody known was refused.
 */
export function guardRoutes(app: FastifyInstance, guard: Guard, refused: (request: FastifyRequest, error: unknown) => Promise<void>): void {
  app.decorateRequest("caller", undefined);
  app.addHook("onRoute", ({ config, method, url }) => {
    if (config?.permission === undefined) throw new TypeError(`${String(method)} ${url} names no permission`);
  });
  app.addHook("onRequest", async (request) => {
    try {
      await guard(request);
    } catch (error) {
      await refused(request, error);
      throw error;
    }
  });
}
