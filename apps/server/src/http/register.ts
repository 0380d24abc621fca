import {
  apiErrors,
  endpoints,
  isStream,
  toProblems,
  type EndpointShape,
  type HandlerRequest,
  type Handlers,
  type StreamItem,
} from "@heddle/api";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { requirePermission } from "./auth.ts";
import { connectionSignal, streamHeaders, toEventStream } from "./stream.ts";

type AnyHandler = (request: HandlerRequest<EndpointShape>) => Promise<unknown>;

/**
 * Registers every endpoint of the contract. Requests are checked by the contract's
 * schemas on the way in, answers on the way out, so that nothing leaves that the
 * contract does not name. `closing` ends what still runs when the server closes.
 */
export function registerEndpoints(app: FastifyInstance, handlers: Handlers, closing: AbortSignal): void {
  for (const [name, shape] of Object.entries(endpoints) as [keyof Handlers, EndpointShape][]) {
    // One handler for each endpoint, by the type of `handlers`; inside the loop its own type is lost.
    const handler = handlers[name] as AnyHandler;
    app.route({
      method: shape.method,
      url: shape.path.replaceAll(/\{(\w+)\}/g, ":$1"),
      handler: async (request, reply) => answer(shape, handler, request, reply, closing),
    });
  }
}

async function answer(
  shape: EndpointShape,
  handler: AnyHandler,
  request: FastifyRequest,
  reply: FastifyReply,
  closing: AbortSignal,
): Promise<unknown> {
  requirePermission(shape.permission);
  const signal = connectionSignal(reply.raw, closing);
  const result = await handler({
    params: check(shape.params, request.params, "API_PARAMS_INVALID"),
    query: check(shape.query, request.query, "API_QUERY_INVALID"),
    body: check(shape.body, request.body, "API_BODY_INVALID"),
    lastEventId: isStream(shape.response) && shape.response.resumable ? lastEventId(request) : undefined,
    signal,
  } as HandlerRequest<EndpointShape>);
  if (isStream(shape.response)) {
    const items = result as AsyncIterable<StreamItem<unknown>>;
    const onError = (error: unknown): void => request.log.error({ err: error, request: request.id }, "a stream broke");
    return reply
      .code(200)
      .headers(streamHeaders)
      .send(toEventStream(items, shape.response.stream, { signal, onError }));
  }
  return reply.code(shape.response.status).send(shape.response.body.parse(result));
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
