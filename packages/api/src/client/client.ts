import { HeddleError, isHeddleError, type Problem } from "@heddle/network";
import type { z } from "zod";
import { isStream, type ClientInput, type ClientOutput, type EndpointShape } from "../contract/endpoint.ts";
import { endpoints, type EndpointName, type Endpoints } from "../contract/endpoints.ts";
import { apiErrors } from "../errors.ts";
import { errorBodySchema, streamErrorSchema, type ErrorBody, type StreamError } from "../schemas/common.ts";
import { pause, readEvents } from "./stream.ts";

/** Options of a call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Resumable streams: go on after the connection breaks; default true. */
  readonly reconnect?: boolean;
}

type Call<Shape extends EndpointShape> =
  Record<string, never> extends ClientInput<Shape>
    ? (input?: ClientInput<Shape>, options?: CallOptions) => ClientOutput<Shape>
    : (input: ClientInput<Shape>, options?: CallOptions) => ClientOutput<Shape>;

/** One function for each endpoint of the contract. */
export type Client = { readonly [Name in EndpointName]: Call<Endpoints[Name]> };

interface AnyInput {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
}

/** Milliseconds between attempts to take a broken stream up again, doubled up to the second. */
const RECONNECT_MS = [250, 4_000] as const;

/**
 * A client typed by the contract.
 *
 * Without a token it is the browser's: same origin, and the session's cookie speaks for it.
 * Calls throw the server's HeddleErrors with their codes, API_UNREACHABLE where
 * none answers, and API_RESPONSE_INVALID.
 */
export function createClient(baseUrl: string, token: string | undefined, fetch: typeof globalThis.fetch = globalThis.fetch): Client {
  const transport: Transport = { baseUrl: baseUrl.replace(/\/+$/, ""), token, fetch };
  const calls = Object.entries(endpoints).map(([name, shape]: [string, EndpointShape]) => [
    name,
    (input: AnyInput = {}, options: CallOptions = {}) =>
      isStream(shape.response) ? stream(transport, shape, input, options) : call(transport, shape, input, options),
  ]);
  // The loop above makes exactly one function for each key of the contract.
  return Object.fromEntries(calls) as Client;
}

interface Transport {
  readonly baseUrl: string;
  readonly token: string | undefined;
  readonly fetch: typeof globalThis.fetch;
}

async function call(transport: Transport, shape: EndpointShape, input: AnyInput, options: CallOptions): Promise<unknown> {
  const response = await send(transport, shape, input, options, {});
  if (isStream(shape.response)) throw new TypeError("a stream is not called");
  return parse(shape.response.body, await readJson(response), response.url);
}

async function* stream(transport: Transport, shape: EndpointShape, input: AnyInput, options: CallOptions): AsyncGenerator {
  if (!isStream(shape.response)) throw new TypeError("only a stream is followed");
  const { stream: schema, resumable } = shape.response;
  let lastId: string | undefined;
  const again = resumable && options.reconnect !== false;
  let connected = false;
  let wait: number = RECONNECT_MS[0];
  for (;;) {
    try {
      const response = await send(transport, shape, input, options, {
        accept: "text/event-stream",
        ...(lastId === undefined ? {} : { "last-event-id": lastId }),
      });
      connected = true;
      wait = RECONNECT_MS[0];
      for await (const event of readEvents(response)) {
        if (event.event === "error") throw brokenOff(parse(streamErrorSchema, parseJson(event.data, response.url), response.url));
        lastId = event.id ?? lastId;
        yield parse(schema, parseJson(event.data, response.url), response.url);
      }
      if (!again) return;
    } catch (cause) {
      if (options.signal?.aborted === true) return;
      if (!again || !isBroken(cause, connected)) throw toHeddleError(transport, cause);
    }
    await pause(wait, options.signal);
    if (options.signal?.aborted === true) return;
    wait = Math.min(wait * 2, RECONNECT_MS[1]);
  }
}

/** Whether a stream broke off. An answer of the server is final, and so is its absence until there was one. */
function isBroken(error: unknown, connected: boolean): boolean {
  if (!isHeddleError(error)) return true;
  return error.code === "API_CLOSING" || (error.code === "API_UNREACHABLE" && connected);
}

function toHeddleError({ baseUrl }: Transport, cause: unknown): HeddleError {
  if (isHeddleError(cause)) return cause;
  return apiErrors.create("API_UNREACHABLE", { url: baseUrl, reason: reasonOf(cause) }, { cause });
}

async function send(
  { baseUrl, token, fetch }: Transport,
  shape: EndpointShape,
  input: AnyInput,
  options: CallOptions,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const url = `${baseUrl}${fillPath(shape.path, input.params)}${queryText(input.query)}`;
  let response: Response;
  try {
    response = await fetch(url, {
      method: shape.method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(shape.body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(shape.body === undefined ? {} : { body: JSON.stringify(input.body ?? {}) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } catch (cause) {
    if (options.signal?.aborted === true) throw cause;
    throw apiErrors.create("API_UNREACHABLE", { url: baseUrl, reason: reasonOf(cause) }, { cause });
  }
  if (!response.ok) throw await toError(response);
  return response;
}

function fillPath(path: string, params: AnyInput["params"] = {}): string {
  return path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(String(params[name])));
}

function queryText(query: AnyInput["query"]): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined) search.set(key, String(value));
  }
  return search.size === 0 ? "" : `?${search.toString()}`;
}

/** What a stream ended with. */
function brokenOff({ status, error }: StreamError): HeddleError {
  return new HeddleError(error.code, status, error.message, error.next, { problems: problemsOf(error), args: error.args });
}

function problemsOf({ problems }: ErrorBody["error"]): Problem[] {
  return problems.map(({ path, message, suggestion }) => (suggestion === undefined ? { path, message } : { path, message, suggestion }));
}

async function toError(response: Response): Promise<HeddleError> {
  const { error } = parse(errorBodySchema, await readJson(response), response.url);
  const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new HeddleError(error.code, response.status, error.message, error.next, {
    problems: problemsOf(error),
    args: error.args,
    ...(Number.isFinite(retryAfter) ? { retryAfter } : {}),
  });
}

async function readJson(response: Response): Promise<unknown> {
  let text: string;
  try {
    text = await response.text();
  } catch (cause) {
    throw apiErrors.create("API_UNREACHABLE", { url: response.url, reason: reasonOf(cause) }, { cause });
  }
  return parseJson(text, response.url);
}

function parseJson(text: string, url: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw apiErrors.create("API_RESPONSE_INVALID", { url, reason: "not JSON" }, { cause });
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, url: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw apiErrors.create(
    "API_RESPONSE_INVALID",
    { url, reason: result.error.issues[0]?.message ?? "unknown shape" },
    { cause: result.error },
  );
}

/** The cause of a failed fetch says more than "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) return "code" in cause ? String(cause.code) : cause.message;
  return error.message;
}
