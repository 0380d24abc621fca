import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { apiErrors } from "@heddle/api";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { pagePolicy } from "../http/headers.ts";
import type { ConsoleFile } from "./files.ts";
import { consolePage, statusPage } from "./pages.ts";
import type { ConsoleSite } from "./site.ts";

const YEAR = 31_536_000;

/** Serves the built console: its files under their names, and its page under every other address that is not of the API. */
export function registerConsole(app: FastifyInstance, site: ConsoleSite): void {
  app.route<{ Params: { "*": string } }>({
    method: "GET",
    url: "/*",
    exposeHeadRoute: true,
    config: { permission: "anyone" },
    handler: (request, reply) => {
      const path = `/${request.params["*"]}`;
      if (path === "/" || path === "/index.html") return sendPage(site, reply);
      const found = site.file(path);
      if (found !== undefined) return sendFile(found, request, reply);
      // A file that is gone is not the page: a script must not be given HTML.
      if (/^\/assets\/|\.\w+$/.test(path)) throw apiErrors.create("API_ROUTE_NOT_FOUND", { method: request.method, path });
      return sendPage(site, reply);
    },
  });
}

async function sendPage(site: ConsoleSite, reply: FastifyReply): Promise<FastifyReply> {
  const nonce = randomBytes(16).toString("base64url");
  void reply.headers({
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": pagePolicy(nonce),
    "cache-control": "no-store",
  });
  const state = await site.ensure();
  const html = state.state === "ready" ? await site.page() : undefined;
  if (html !== undefined) return reply.send(consolePage(html, nonce));
  return reply.code(503).send(statusPage(nonce, describe(state.state)));
}

function describe(state: string): { title: string; text: string; again: boolean } {
  switch (state) {
    case "building":
      return { title: "The console is being built", text: "This takes a few seconds, once. The page opens by itself.", again: true };
    case "failed":
      return {
        title: "The console could not be built",
        text: "CONSOLE_BUILD_FAILED: the server's log says why. Mend it, then run: heddle up",
        again: false,
      };
    default:
      return { title: "The console is not built", text: "CONSOLE_NOT_BUILT: build it with npm run build -w apps/console.", again: false };
  }
}

async function sendFile(found: ConsoleFile, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  void reply.headers({
    "content-type": found.type,
    "cache-control": found.immutable ? `public, max-age=${YEAR}, immutable` : "no-cache",
    etag: found.etag,
    vary: "accept-encoding",
  });
  if (request.headers["if-none-match"] === found.etag) return reply.code(304).send();
  const accepted = acceptedEncodings(request.headers["accept-encoding"]);
  const [encoding, ending] = found.encodings.find(([name]) => accepted.has(name)) ?? ["", ""];
  try {
    const content = await readFile(`${found.file}${ending}`);
    if (encoding !== "") void reply.header("content-encoding", encoding);
    return await reply.send(content);
  } catch (cause) {
    // Replaced by a newer build since it was listed.
    const path = request.url.split("?", 1)[0] ?? "";
    throw apiErrors.create("API_ROUTE_NOT_FOUND", { method: request.method, path }, { cause });
  }
}

/** Names of the encodings that a client takes; those with q=0 it does not. */
function acceptedEncodings(header: string | string[] | undefined): ReadonlySet<string> {
  const entries = String(header ?? "")
    .split(",")
    .map((entry) =>
      entry
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/),
    );
  return new Set(entries.filter(([, quality]) => !/^q=0(\.0*)?$/.test(quality ?? "")).map(([name = ""]) => name));
}
