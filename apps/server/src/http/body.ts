import { apiErrors } from "@heddle/api";
import type { FastifyInstance } from "fastify";

/** Reads bodies as JSON in UTF-8 and nothing else; an empty body is `undefined`. */
export function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => {
    try {
      done(null, parseBody(body as Buffer));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      done(apiErrors.create("API_BODY_UNREADABLE", { reason }, { cause }));
    }
  });
}

function parseBody(body: Buffer): unknown {
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(body);
  return text.trim() === "" ? undefined : (JSON.parse(text, refusePrototype) as unknown);
}

/** No field may reach an object's prototype, whatever code later copies it. */
function refusePrototype(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new SyntaxError(`a field is called ${key}`);
  return value;
}
