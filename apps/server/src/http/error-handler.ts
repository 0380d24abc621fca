import { apiErrors, errorsOf, type ErrorBody } from "@heddle/api";
import { isHeddleError, type HeddleError } from "@heddle/network";
import type { FastifyInstance } from "fastify";

/** Bytes of the largest body. */
export const BODY_LIMIT = 8 * 1024 * 1024;

/** What the log says of an answer that the contract, and so the OpenAPI document, does not name: a bug of the contract. */
export const UNDOCUMENTED = "an error that the contract does not name";

/** Answers every error as `{error: {code, message, next, problems}}`; what is not ours is logged and told without its text. */
export function handleErrors(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?", 1)[0] ?? "";
    return send(reply, apiErrors.create("API_ROUTE_NOT_FOUND", { method: request.method, path }));
  });
  app.setErrorHandler((error, request, reply) => {
    const known = isHeddleError(error) ? error : translate(error);
    if (known === undefined) {
      request.log.error({ err: error, request: request.id }, "a request failed");
      return send(reply, apiErrors.create("API_INTERNAL", { request: request.id }));
    }
    const { endpoint } = request.routeOptions.config;
    // Damage and bugs (500) may come from anywhere.
    if (endpoint !== undefined && known.status !== 500 && !errorsOf(endpoint.shape).includes(known.code)) {
      request.log.error({ endpoint: endpoint.name, code: known.code, request: request.id }, UNDOCUMENTED);
    }
    if (known.status >= 500) request.log.error({ err: known, request: request.id }, "a request failed");
    return send(reply, known);
  });
}

interface Reply {
  code(status: number): Reply;
  header(name: string, value: unknown): Reply;
  send(body: unknown): Reply;
}

/** Answers with an error, and says when to come again where that is known. */
export function send(reply: Reply, error: HeddleError): Reply {
  if (error.retryAfter !== undefined) reply.header("retry-after", String(error.retryAfter));
  return reply.code(error.status).send(toErrorBody(error));
}

/** The body that tells of an error. */
export function toErrorBody({ code, message, next, args, problems }: HeddleError): ErrorBody {
  return {
    error: {
      code,
      message,
      next,
      args,
      problems: problems.map(({ path, message: text, suggestion }) => ({ path, message: text, suggestion })),
    },
  };
}

/** Fastify's own refusals; `undefined` for anything else. */
export function translate(error: unknown): HeddleError | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  switch (error.code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return apiErrors.create("API_BODY_TOO_LARGE", { limit: BODY_LIMIT }, { cause: error });
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return apiErrors.create("API_MEDIA_TYPE_REFUSED", {}, { cause: error });
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return apiErrors.create("API_BODY_UNREADABLE", { reason: error.message }, { cause: error });
    default:
      break;
  }
  const status = "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : 500;
  return status >= 400 && status < 500 ? apiErrors.create("API_REQUEST_INVALID", { reason: error.message }, { cause: error }) : undefined;
}
