import http from "node:http";
import https from "node:https";
import { digest } from "../../src/auth/secrets.ts";
import type { TestServer } from "./server.ts";

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  /** Code of the error in the body, if it is one. */
  readonly code: string | undefined;
}

/** What is sent besides method and address. */
export interface Question {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Resolve as soon as there are headers, and hang up. */
  readonly headersOnly?: boolean;
}

/** Sends exactly these headers: no fetch that adds its own. */
export function ask(url: string, method: string, path: string, { headers = {}, body, headersOnly }: Question = {}): Promise<Answer> {
  const content = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const request = (url.startsWith("https") ? https : http).request(`${url}${path}`, {
      method,
      headers: {
        // Node says neither for a DELETE by itself.
        ...(content === undefined ? {} : { "content-type": "application/json", "content-length": String(Buffer.byteLength(content)) }),
        ...headers,
      },
      rejectUnauthorized: false,
    });
    request.once("error", reject);
    request.once("response", (response) => {
      const chunks: Buffer[] = [];
      const end = (): void => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, code: codeIn(text) });
      };
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("end", end);
      response.once("error", reject);
      const stream = response.headers["content-type"]?.startsWith("text/event-stream") === true;
      if (headersOnly === true || stream) {
        response.off("error", reject);
        response.on("error", () => undefined);
        request.off("error", reject);
        request.on("error", () => undefined);
        end();
        request.destroy();
      }
    });
    request.end(content);
  });
}

function codeIn(body: string): string | undefined {
  try {
    return (JSON.parse(body) as { error?: { code?: string } }).error?.code;
  } catch {
    return undefined;
  }
}

/** Header of the server's own token. */
export function bearer({ server }: TestServer): { authorization: string } {
  return { authorization: `Bearer ${server.token}` };
}

/** Name of the session's cookie at a server. */
export function cookieName({ server }: TestServer): string {
  return `heddle_session_${new URL(server.url).port}`;
}

/** Headers that a browser sends with a session from the server's own pages. */
export function browser(test: TestServer, token: string): { cookie: string; origin: string; "sec-fetch-site": string } {
  return { cookie: `${cookieName(test)}=${token}`, origin: test.server.url, "sec-fetch-site": "same-origin" };
}

const HOUR = 3_600_000;

/** Makes an account of a role with a session that began so many hours ago and was last used so many hours ago; the session's token. */
export async function makeSession(
  { store }: TestServer,
  role: string,
  { age = 0, idle = 0, lasts = 24 }: { readonly age?: number; readonly idle?: number; readonly lasts?: number } = {},
): Promise<{ readonly token: string; readonly account: string }> {
  const token = `token-${Math.random().toString(36).slice(2)}`;
  const account = `${role}-${Math.random().toString(36).slice(2)}`;
  await store.accounts.insert({ name: account, role, passwordHash: undefined });
  const createdAt = new Date(Date.now() - age * HOUR);
  await store.sessions.insert({ id: digest(token), account, createdAt, expiresAt: new Date(createdAt.getTime() + lasts * HOUR) });
  await store.sessions.touch(digest(token), new Date(Date.now() - idle * HOUR));
  return { token, account };
}
