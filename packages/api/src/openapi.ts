import { z } from "zod";
import { isStream, type EndpointShape } from "./contract/endpoint.ts";
import { endpoints } from "./contract/endpoints.ts";
import { errorBodySchema, streamErrorSchema } from "./schemas/common.ts";

type Json = Record<string, unknown>;

/** Codes that any endpoint may answer with. */
const commonErrors = [
  "API_REQUEST_INVALID",
  "API_REQUEST_TIMEOUT",
  "API_HEADERS_TOO_LARGE",
  "API_HOST_REFUSED",
  "API_ORIGIN_REFUSED",
  "API_INTERNAL",
  "API_CLOSING",
] as const;
const guardErrors = ["API_UNAUTHORIZED", "API_FORBIDDEN"] as const;
/** Codes of reading a body, which every method but GET may carry. */
const bodyErrors = ["API_BODY_UNREADABLE", "API_BODY_TOO_LARGE", "API_MEDIA_TYPE_REFUSED"] as const;

/** Every code that an endpoint may answer with. */
export function errorsOf(shape: EndpointShape): readonly string[] {
  const codes = [
    ...commonErrors,
    ...(shape.permission === "anyone" ? [] : guardErrors),
    ...(shape.params === undefined ? [] : ["API_PARAMS_INVALID"]),
    ...(shape.query === undefined ? [] : ["API_QUERY_INVALID"]),
    ...(shape.method === "GET" ? [] : bodyErrors),
    ...(shape.body === undefined ? [] : ["API_BODY_INVALID"]),
    ...shape.errors,
  ];
  return [...new Set(codes)];
}

/**
 * OpenAPI 3.1 of the whole contract, generated from the schemas. `statusOf` gives the
 * HTTP status of an error's code, of whatever package it is.
 */
export function createOpenApi(version: string, statusOf: (code: string) => number): Json {
  const schemas: Json = {};
  const paths: Record<string, Json> = {};
  for (const [name, shape] of Object.entries(endpoints)) {
    const operations = (paths[shape.path] ??= {});
    operations[shape.method.toLowerCase()] = describe(name, shape, schemas, statusOf);
  }
  return {
    openapi: "3.1.0",
    info: { title: "Heddle", version, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: "The token of HEDDLE_HOME/server.json. Browsers use the cookie of a session.",
        },
      },
      schemas: Object.fromEntries(Object.entries(schemas).toSorted(([left], [right]) => (left < right ? -1 : 1))),
    },
  };
}

function describe(name: string, shape: EndpointShape, schemas: Json, statusOf: (code: string) => number): Json {
  const codes = errorsOf(shape);
  return {
    operationId: name,
    summary: shape.summary,
    "x-permission": shape.permission,
    "x-error-codes": codes,
    ...(shape.permission === "anyone" ? { security: [] } : {}),
    ...parameters(shape, schemas),
    ...(shape.body === undefined
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: toSchema(shape.body, "input", schemas) } } } }),
    responses: { ...success(shape, schemas), ...failures(codes, schemas, statusOf) },
  };
}

/** One answer for each status, which names the codes that it stands for. */
function failures(codes: readonly string[], schemas: Json, statusOf: (code: string) => number): Json {
  const byStatus = Map.groupBy(codes, statusOf);
  const schema = toSchema(errorBodySchema, "output", schemas);
  const again = { "Retry-After": { description: "Seconds to wait", required: true, schema: { type: "integer" } } };
  const entries = [...byStatus].map(([status, of]) => [
    status,
    {
      description: [...of].toSorted().join(", "),
      ...(status === 429 ? { headers: again } : {}),
      content: { "application/json": { schema } },
    },
  ]);
  return Object.fromEntries(entries) as Json;
}

function success({ response }: EndpointShape, schemas: Json): Json {
  if (isStream(response)) {
    const schema = toSchema(response.stream, "output", schemas);
    toSchema(streamErrorSchema, "output", schemas);
    return {
      200: {
        description: "Server-sent events, one JSON value each; an event called error, with a StreamError, where it breaks off",
        content: { "text/event-stream": { schema } },
      },
    };
  }
  const description = response.status === 202 ? "Accepted; the operation goes on" : "Done";
  return { [response.status]: { description, content: { "application/json": { schema: toSchema(response.body, "output", schemas) } } } };
}

function parameters(shape: EndpointShape, schemas: Json): Json {
  const list = [...parametersOf(shape.params, "path", schemas), ...parametersOf(shape.query, "query", schemas)];
  if (isStream(shape.response) && shape.response.resumable) {
    list.push({ name: "Last-Event-ID", in: "header", required: false, schema: { type: "integer" } });
  }
  return list.length === 0 ? {} : { parameters: list };
}

function parametersOf(object: z.ZodObject | undefined, where: "path" | "query", schemas: Json): Json[] {
  return Object.entries(object?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: where,
    required: where === "path" || !(schema as z.ZodType).safeParse(undefined).success,
    schema: toSchema(schema as z.ZodType, "input", schemas),
  }));
}

/** JSON Schema of one value; schemas with an id go to the components. */
function toSchema(schema: z.ZodType, io: "input" | "output", schemas: Json): unknown {
  const json = z.toJSONSchema(schema, { io, target: "draft-2020-12", unrepresentable: "any" }) as Json;
  const { $schema: _dialect, $defs, id, ...rest } = json;
  for (const [name, definition] of Object.entries(($defs ?? {}) as Json)) schemas[name] = withoutId(relink(definition));
  if (typeof id !== "string") return relink(rest);
  schemas[id] = relink(rest);
  return { $ref: `#/components/schemas/${id}` };
}

function withoutId(value: unknown): unknown {
  const { id: _id, ...rest } = value as Json;
  return rest;
}

function relink(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relink);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === "$ref" && typeof inner === "string" ? inner.replace("#/$defs/", "#/components/schemas/") : relink(inner),
    ]),
  );
}
