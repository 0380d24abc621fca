import {
  apiErrors,
  endpoints,
  isStream,
  toProblems,
  type Caller,
  type EndpointShape,
  type HandlerRequest,
  type Handlers,
  type StreamError,
  type StreamItem,
} from "@heddle/api";
import { isHeddleError } from "@heddle/network";
import type { Store } from "@heddle/store";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { Sessions } from "../auth/sessions.ts";
import { audit } from "./audit.ts";
import { setSessionCookie } from "./cookie.ts";
import { toErrorBody } from "./error-handler.ts";
import { connectionSignal, streamHeaders, toEventStream } from "./stream.ts";

/** The guard lets nobody unknown through to a handler that asks for a caller. */
type AnyRequest = HandlerRequest<EndpointShape> & { readonly caller: Caller };
type AnyHandler = (request: AnyRequest) => Promise<unknown>;

/** What the endpoints share. */
export interface EndpointParts {
  readonly store: Store;
  readonly sessions: Sessions;
  /** Ends what still runs when the server closes. */
  readonly closing: AbortSignal;
}

/**
 * Registers every endpoint of the contract. Requests are checked by the contract's
 * schemas on the way in, answers on the way out, so that nothing leaves that the
 * contract does not name.
 */
export function registerEndpoints(app: FastifyInstance, handlers: Handlers, parts: EndpointParts): void {
  for (const [name, shape] of Object.entries(endpoints) as [keyof Handlers, EndpointShape][]) {
    // One handler for each endpoint, by the type of `handlers`; inside the loop its own type is lost.
    const handler = handlers[name] as AnyHandler;
    app.route({
      method: shape.method,
      url: shape.path.replaceAll(/\{(\w+)\}/g, ":$1"),
      config: { permission: shape.permission, endpoint: { name, shape } },
      handler: async (request, reply) => answer(shape, handler, request, reply, parts),
    });
  }
  refuseTheRest(app);
}

/** Whatever else is asked below `/api/`: another method of an endpoint's path, or nothing there is. */
function refuseTheRest(app: FastifyInstance): void {
  const known = Object.values(endpoints).map(({ method, path }) => ({
    method,
    path,
    pattern: new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`),
  }));
  // oxlint-disable-next-line require-await -- an error has to become a rejection
  const refuse = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const path = request.url.split("?", 1)[0] ?? "";
    const { method } = request;
    // A path without parameters comes before one that it would fit (OpenAPI 3.1, 4.8.8.2).
    const exact = known.filter((one) => one.path === path);
    const fitting = exact.length > 0 ? exact : known.filter(({ pattern }) => pattern.test(path));
    if (fitting.length === 0) throw apiErrors.create("API_ROUTE_NOT_FOUND", { method, path });
    const allowed = [...new Set(fitting.map((one) => one.method))].join(", ");
    void reply.header("allow", allowed);
    throw apiErrors.create("API_METHOD_REFUSED", { method, path, allowed });
  };
  // As a hook, so that nothing about a body is asked first.
  app.all("/api/*", { config: { permission: "server.read" }, onRequest: refuse }, refuse);
}

async function answer(
  shape: EndpointShape,
  handler: AnyHandler,
  request: FastifyRequest,
  reply: FastifyReply,
  parts: EndpointParts,
): Promise<unknown> {
  const { signal, release } = signalOf(request, reply, parts);
  let result: unknown;
  try {
    result = await handler({
      params: check(shape.params, request.params, "API_PARAMS_INVALID"),
      query: check(shape.query, request.query, "API_QUERY_INVALID"),
      body: check(shape.body, request.body, "API_BODY_INVALID"),
      lastEventId: isStream(shape.response) && shape.response.resumable ? lastEventId(request) : undefined,
      caller: request.caller,
      address: request.ip,
      setSession: (session) => setSessionCookie(request, reply, session),
      signal,
    } as AnyRequest);
  } catch (error) {
    release();
    await audit(parts.store, request, { error });
    throw error;
  }
  if (isStream(shape.response)) {
    const items = result as AsyncIterable<StreamItem<unknown>>;
    const onError = (error: unknown): StreamError => {
      const known = isHeddleError(error) ? error : apiErrors.create("API_INTERNAL", { request: request.id });
      if (known.status >= 500) request.log.error({ err: error, request: request.id }, "a stream broke");
      return { status: known.status, ...toErrorBody(known) };
    };
    return reply
      .code(200)
      .headers(streamHeaders)
      .send(toEventStream(items, shape.response.stream, { signal, onError, onEnd: release }));
  }
  release();
  await audit(parts.store, request, { result });
  return reply.code(shape.response.status).send(shape.response.body.parse(result));
}

/** Aborted when the client goes away, its session ends or the server closes. */
function signalOf(
  { caller }: FastifyRequest,
  reply: FastifyReply,
  { sessions, closing }: EndpointParts,
): { readonly signal: AbortSignal; readonly release: () => void } {
  const connection = connectionSignal(reply.raw, closing);
  if (caller?.session === undefined) return { signal: connection, release: () => undefined };
  const { signal, release } = sessions.watch(caller.session.id);
  return { signal: AbortSignal.any([connection, signal]), release };
}

type InputCode = "API_PARAMS_INVALID" | "API_QUERY_INVALID" | "API_BODY_INVALID";

/** Throws the code with one problem for each finding. */
function check(schema: z.ZodType | undefined, value: unknown, code: InputCode): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw apiErrors.create(code, {}, { problems: toProblems(result.error) });
}

function lastEventId(request: FastifyRequest): number | undefined {
  const header = request.headers["last-event-id"];
  if (typeof header !== "string" || header === "") return undefined;
  const id = Number(header);
  if (/^\d{1,15}$/.test(header) && Number.isSafeInteger(id)) return id;
  throw apiErrors.create("API_REQUEST_INVALID", { reason: "Last-Event-ID is not the id of an event" });
}
