import type { z } from "zod";
import type { Permission, Role } from "../roles.ts";

type ParametersOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | ParametersOf<Rest> : never;

/** One JSON answer. */
export interface JsonResponse {
  readonly status: 200 | 202;
  readonly body: z.ZodType;
}

/** A stream of server-sent events, each one JSON value. `resumable`: each has an id, and `Last-Event-ID` is heard. */
export interface StreamResponse {
  readonly stream: z.ZodType;
  readonly resumable: boolean;
}

/** One endpoint as data. There is no default for `permission`: an endpoint without one does not compile. */
export interface EndpointShape<Path extends string = string> {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Path with `{name}` parameters. */
  readonly path: Path;
  readonly summary: string;
  readonly permission: Permission;
  /** The parameters of the path. */
  readonly params?: z.ZodObject<Record<ParametersOf<Path>, z.ZodType>>;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly response: JsonResponse | StreamResponse;
  /** Codes that this endpoint may answer with, besides those every endpoint may. */
  readonly errors: readonly string[];
}

/** Declares an endpoint; the parameters of the path have to be described. */
export function endpoint<const Path extends `/api/v1/${string}`, const Shape extends EndpointShape<Path>>(
  shape: Shape & { readonly path: Path } & ([ParametersOf<Path>] extends [never] ? unknown : { readonly params: z.ZodType }),
): Shape {
  return shape;
}

type PartOf<Shape, Key extends string> = Shape extends { readonly [K in Key]: infer Schema extends z.ZodType } ? Schema : undefined;
type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** Who asks: an account in a session, or the bearer of the server's own token (`local`, without a session). */
export interface Caller {
  readonly account: string;
  readonly role: Role;
  readonly session?: { readonly id: string; readonly expiresAt: Date } | undefined;
}

/** What a handler gets: the parts of the request, checked. */
export interface HandlerRequest<Shape extends EndpointShape> {
  /** Who asks; somebody unknown only where the permission is `anyone`. */
  readonly caller: "anyone" extends Shape["permission"] ? Caller | undefined : Caller;
  /** Address that the request came from. */
  readonly address: string;
  /** Gives the browser the cookie of a session, or takes it away. */
  readonly setSession: (session: { readonly token: string; readonly expiresAt: Date } | undefined) => void;
  readonly params: Output<PartOf<Shape, "params">>;
  readonly query: Output<PartOf<Shape, "query">>;
  readonly body: Output<PartOf<Shape, "body">>;
  /** Id after which a resumable stream goes on. */
  readonly lastEventId: number | undefined;
  /** Aborted when the client goes away or the server closes. */
  readonly signal: AbortSignal;
}

/** One item of a stream, with its id where the stream is resumable. */
export interface StreamItem<Value> {
  readonly id?: number;
  readonly value: Value;
}

/** The handler an endpoint asks for. */
export type Handler<Shape extends EndpointShape> = (
  request: HandlerRequest<Shape>,
) => Shape["response"] extends { readonly stream: infer Schema extends z.ZodType }
  ? Promise<AsyncIterable<StreamItem<z.input<Schema>>>>
  : Shape["response"] extends { readonly body: infer Schema extends z.ZodType }
    ? Promise<z.input<Schema>>
    : never;

type Field<Shape, Key extends string> =
  PartOf<Shape, Key> extends infer Schema extends z.ZodType
    ? Record<string, never> extends z.input<Schema>
      ? { readonly [K in Key]?: z.input<Schema> }
      : { readonly [K in Key]: z.input<Schema> }
    : unknown;

/** What a client has to give. */
export type ClientInput<Shape extends EndpointShape> = Field<Shape, "params"> & Field<Shape, "query"> & Field<Shape, "body">;

/** What a client gets back. */
export type ClientOutput<Shape extends EndpointShape> = Shape["response"] extends { readonly stream: infer Schema extends z.ZodType }
  ? AsyncGenerator<z.output<Schema>, void, undefined>
  : Shape["response"] extends { readonly body: infer Schema extends z.ZodType }
    ? Promise<z.output<Schema>>
    : never;

/** Whether an endpoint answers with a stream. */
export function isStream(response: JsonResponse | StreamResponse): response is StreamResponse {
  return "stream" in response;
}
