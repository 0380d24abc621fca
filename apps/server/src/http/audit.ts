import { permissionsOf, type EndpointShape } from "@heddle/api";
import { isHeddleError } from "@heddle/network";
import type { Store } from "@heddle/store";
import type { FastifyRequest } from "fastify";

/** An endpoint under its name, for the audit trail. */
export interface NamedShape {
  readonly name: string;
  readonly shape: EndpointShape;
}

declare module "fastify" {
  interface FastifyContextConfig {
    endpoint?: NamedShape;
  }
}

/**
 * Whether the use of an endpoint is written down: everything that a viewer may not
 * do, but for reading, and what changes one's own session. Logging in writes its own line.
 */
export function isAudited({ permission, method }: Pick<EndpointShape, "permission" | "method">): boolean {
  if (permission === "anyone") return false;
  if (permission === "session.own") return method !== "GET";
  return !permissionsOf.viewer.has(permission) && !permission.endsWith(".read");
}

/** Writes down who did what, and how it ended; what cannot be written down is logged, since it has happened. */
export async function audit(
  { audit: trail }: Pick<Store, "audit">,
  request: FastifyRequest,
  end: { result: unknown } | { error: unknown },
) {
  const { endpoint } = request.routeOptions.config;
  const { caller } = request;
  if (endpoint === undefined || caller === undefined || !isAudited(endpoint.shape)) return;
  const target = Object.values(request.params as Record<string, string>).join("/");
  const entry = {
    actor: caller.account,
    action: endpoint.name,
    target: target === "" ? undefined : target,
    outcome: "result" in end ? "done" : isHeddleError(end.error) ? end.error.code : "API_INTERNAL",
    operation: "result" in end ? operationIn(end.result) : undefined,
    address: request.ip,
  };
  try {
    await trail.append(entry);
  } catch (error) {
    request.log.error({ err: error, entry }, "a line of the audit trail was not written");
  }
}

function operationIn(result: unknown): string | undefined {
  const { operation } = (result ?? {}) as { readonly operation?: { readonly id?: unknown } };
  return typeof operation?.id === "string" ? operation.id : undefined;
}
