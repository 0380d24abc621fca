import { apiErrors } from "@heddle/api";
import type { FastifyInstance } from "fastify";

/** Reads bodies as JSON in UTF-8 and nothing else; an empty body is `undefined`. */
export function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => {
    try {
      done(null, parseBody(body as Buffer));
    } catch (cause) {
      done(apiErrors.create("API_BODY_UNREADABLE", { reason: reasonOf(cause) }, { cause }));
    }
  });
}

function parseBody(body: Buffer): unknown {
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(body);
  return text.trim() === "" ? undefined : (JSON.parse(text, refusePrototype) as unknown);
}

/** Where a body is wrong. Not what stands there, as V8 would quote it: that may be a password. */
function reasonOf(cause: unknown): string {
  if (cause instanceof PrototypeError) return cause.message;
  const position = cause instanceof SyntaxError ? /at position (\d+)/.exec(cause.message)?.[1] : undefined;
  return position === undefined ? "it is no JSON value in UTF-8" : `it is no JSON value from character ${position} on`;
}

class PrototypeError extends Error {}

/** No field may reach an object's prototype, whatever code later copies it. */
function refusePrototype(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new PrototypeError(`a field is called ${key}`);
  return value;
}
