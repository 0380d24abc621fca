import { operationErrors } from "../errors.ts";

/** A value of a document that was read, whatever it is. */
export type Unread = Readonly<Record<string, unknown>>;

/** What a source cannot be used for. The text of what was given is never in it: there may be keys in it. */
export function unreadable(source: string, reason: string): Error {
  return operationErrors.create("OPERATION_IMPORT_UNREADABLE", { source, reason });
}

/** An object, or undefined. */
export function asObject(value: unknown): Unread | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Unread) : undefined;
}

/** A text that is not empty, or undefined. */
export function asText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Texts of a list; none where there is no list. */
export function asTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.flatMap((one) => asText(one) ?? []) : [];
}

/** Fields of an object by their names; none where there is no object. */
export function entries(value: unknown): [string, Unread][] {
  return Object.entries(asObject(value) ?? {}).flatMap(([name, one]) => {
    const object = asObject(one);
    return object === undefined ? [] : [[name, object] as [string, Unread]];
  });
}

/** Host, port and whether there is TLS, of an address such as `grpcs://localhost:7051`; undefined for what is none. */
export function readAddress(text: string): { readonly host: string; readonly port: number; readonly plaintext: boolean } | undefined {
  const match = /^(?:(grpcs?|https?):\/\/)?(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):(\d{1,5})\/?$/.exec(text);
  const port = Number(match?.[3]);
  const host = match?.[2];
  if (host === undefined || port < 1 || port > 65_535) return undefined;
  return { host: host.replace(/^\[|\]$/g, ""), port, plaintext: match?.[1] === "grpc" || match?.[1] === "http" };
}

/** Every certificate of a PEM text, each on its own. */
export function certificatesIn(text: string): string[] {
  return (text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []).map((one) => `${one}\n`);
}

/** The name that a host has without its port. */
export function withoutPort(authority: string): string {
  return authority.replace(/:\d+$/, "");
}
