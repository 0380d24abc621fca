import { permissionsOf, type EndpointShape, type Operation } from "@heddle/api";
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

const NOT_UNDERSTOOD: ReadonlySet<string> = new Set(["API_PARAMS_INVALID", "API_QUERY_INVALID", "API_BODY_INVALID"]);
/** Characters of a target that are kept. */
const LONGEST_TARGET = 256;

/** Writes down who did what, and how it ended; what cannot be written down is logged, since it has happened. */
export async function audit(
  { audit: trail }: Pick<Store, "audit">,
  request: FastifyRequest,
  end: { result: unknown } | { error: unknown },
) {
  const { endpoint } = request.routeOptions.config;
  const { caller } = request;
  if (endpoint === undefined || caller === undefined || !isAudited(endpoint.shape)) return;
  // What is not understood is no deed.
  if ("error" in end && isHeddleError(end.error) && NOT_UNDERSTOOD.has(end.error.code)) return;
  // Not checked yet where the guard refused it; people read it in a terminal.
  const named = Object.values(request.params as Record<string, string>)
    .join("/")
    .replaceAll(/[^ -~]/g, "?")
    .slice(0, LONGEST_TARGET);
  const operation = "result" in end ? operationIn(end.result) : undefined;
  const entry = {
    actor: caller.account,
    action: endpoint.name,
    target: named === "" ? operation?.network : named,
    outcome: "result" in end ? "done" : isHeddleError(end.error) ? end.error.code : "API_INTERNAL",
    operation: operation?.id,
    address: request.ip,
  };
  try {
    await trail.append(entry);
  } catch (error) {
    request.log.error({ err: error, entry }, "a line of the audit trail was not written");
  }
}

/** The operation that an answer tells of. */
function operationIn(result: unknown): Partial<Pick<Operation, "id" | "network">> | undefined {
  return ((result ?? {}) as { readonly operation?: Partial<Operation> }).operation;
}
