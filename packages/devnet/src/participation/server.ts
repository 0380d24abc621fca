import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { fromBinary } from "@bufbuild/protobuf";
import { common } from "@heddle/fabric/wire";
import type { Logger } from "pino";
import type { ListenAddress, NodeTls } from "../front/listener.ts";
import { readBody } from "../front/read-body.ts";
import type { ChannelLedger } from "../ledger/ledger.ts";
import { wireReason } from "../validation/wire.ts";
import { illegalChannelId, joinedChannel, updatedChannel } from "./messages.ts";
import { readParts } from "./multipart.ts";

/** What an orderer can do with channels. */
export interface Participation {
  readonly channels: ReadonlyMap<string, ChannelLedger>;
  /** Whether it takes part in ordering a channel that it has, or follows it only. */
  readonly isConsenter: (ledger: ChannelLedger) => boolean;
  /** Throws when the block cannot start (or continue) a channel. */
  join(channelId: string, block: Uint8Array): void;
  remove(channelId: string): void;
  /** Orders a configuration update. Throws with what the orderer says against it. */
  update(envelope: common.Envelope): void;
}

const BASE = "/participation/v1/channels";
const MAX_BODY = 1024 * 1024;

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly bytes?: Uint8Array;
  /** An answer that no cache may keep; Fabric says so of lists and blocks only. */
  readonly uncached?: boolean;
  /** In place of JSON: the content type and the text. */
  readonly text?: readonly [type: string, text: string];
}

function error(status: number, message: string, headers: Record<string, string> = {}): Answer {
  return { status, body: { error: message }, headers };
}

function describe(orderer: Participation, channelId: string, ledger: ChannelLedger): Record<string, unknown> {
  const consensusRelation = orderer.isConsenter(ledger) ? "consenter" : "follower";
  return { name: channelId, url: `${BASE}/${channelId}`, consensusRelation, status: "active", height: ledger.height };
}

function list(orderer: Participation): Answer {
  const names = [...orderer.channels.keys()].toSorted();
  const channels = names.length === 0 ? null : names.map((name) => ({ name, url: `${BASE}/${name}` }));
  return { status: 200, uncached: true, body: { systemChannel: null, channels } };
}

function info(orderer: Participation, channelId: string): Answer {
  const ledger = orderer.channels.get(channelId);
  return ledger === undefined
    ? error(404, "channel does not exist")
    : { status: 200, uncached: true, body: describe(orderer, channelId, ledger) };
}

/** The one part of a form that has to be there, and nothing else; or the answer that says what is wrong. */
function readForm(request: IncomingMessage, body: Buffer, name: string): Buffer | Answer {
  const contentType = request.headers["content-type"] ?? "";
  if (!contentType.startsWith("multipart/form-data"))
    return error(400, `unsupported Content-Type: [${request.headers["content-type"] ?? ""}]`);
  const parts = readParts(contentType, body);
  const part = parts.find((one) => one.name === name);
  if (part === undefined) return error(400, `form does not contains part key: ${name}`);
  return parts.length > 1 ? error(400, "form contains too many parts") : part.content;
}

function join(orderer: Participation, request: IncomingMessage, body: Buffer): Answer {
  const bytes = readForm(request, body, "config-block");
  if ("status" in bytes) return bytes;
  try {
    fromBinary(common.BlockSchema, bytes);
  } catch (cause) {
    return error(400, `cannot unmarshal file part config-block into a block: ${wireReason(cause)}`);
  }
  let channelId: string;
  try {
    channelId = joinedChannel(bytes);
  } catch (cause) {
    return error(400, `invalid join block: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (orderer.channels.has(channelId)) return error(405, "cannot join: channel already exists", { allow: "GET, DELETE" });
  try {
    orderer.join(channelId, bytes);
  } catch (cause) {
    return error(400, `cannot join: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const ledger = orderer.channels.get(channelId);
  if (ledger === undefined) return error(500, "the channel was not started");
  return { status: 201, body: describe(orderer, channelId, ledger), headers: { location: `${BASE}/${channelId}` } };
}

function update(orderer: Participation, request: IncomingMessage, body: Buffer): Answer {
  const bytes = readForm(request, body, "config-update-envelope");
  if ("status" in bytes) return bytes;
  let envelope: common.Envelope;
  try {
    envelope = fromBinary(common.EnvelopeSchema, bytes);
  } catch (cause) {
    return error(400, `cannot unmarshal file part config-update-envelope into an envelope: ${wireReason(cause)}`);
  }
  let channelId: string;
  try {
    channelId = updatedChannel(envelope);
  } catch (cause) {
    return error(400, `invalid config update envelope: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const ledger = orderer.channels.get(channelId);
  if (ledger === undefined) return error(405, "cannot update: channel does not exist");
  try {
    orderer.update(envelope);
  } catch (cause) {
    return error(
      400,
      `cannot update: failed update config of channel ${channelId}: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
  return { status: 201, body: describe(orderer, channelId, ledger), headers: { location: `${BASE}/${channelId}` } };
}

function remove(orderer: Participation, channelId: string): Answer {
  if (!orderer.channels.has(channelId)) return error(404, "cannot remove: channel does not exist");
  orderer.remove(channelId);
  return { status: 204 };
}

const named = new Map<string, (ledger: ChannelLedger) => number>([
  ["newest", ({ height }) => height - 1],
  ["oldest", () => 0],
  ["config", ({ lastConfigBlock }) => lastConfigBlock],
]);

function blockOf(orderer: Participation, channelId: string, which: string): Answer {
  const choose = named.get(which) ?? (/^[+-]?\d+$/.test(which) ? numbered(which) : undefined);
  if (choose === undefined) return error(400, `invalid block ID: '${which}' not equal <newest|oldest|config|(number)>`);
  const ledger = orderer.channels.get(channelId);
  if (ledger === undefined) return error(404, "channel does not exist");
  const bytes = ledger.ordererBlock(choose(ledger));
  return bytes === undefined ? error(404, `no such block number [${which}] in index`) : { status: 200, uncached: true, bytes };
}

/** Fabric reads -1 as the largest number there is, which stands for the newest block. */
function numbered(text: string): (ledger: ChannelLedger) => number {
  const number = Number(text);
  return ({ height }) => (number === -1 ? height - 1 : number);
}

function route(orderer: Participation, request: IncomingMessage, body: Buffer): Answer {
  const path = (request.url ?? "").split("?")[0] ?? "";
  if (path === "/participation/v1/")
    return { status: 302, headers: { location: BASE }, text: ["text/html; charset=utf-8", `<a href="${BASE}">Found</a>.\n\n`] };
  if (path !== BASE && !path.startsWith(`${BASE}/`)) return notFound();
  const parts = path.slice(BASE.length).split("/").slice(1);
  if (parts.includes("") || parts.length > 3 || (parts.length > 1 && parts[1] !== "blocks")) return notFound();
  const [channelId, blocks, which] = parts.map(decodeSegment);
  const method = request.method ?? "";
  if (channelId === undefined)
    return accepted(request, method, "GET, POST, PUT", {
      GET: () => list(orderer),
      POST: () => join(orderer, request, body),
      PUT: () => update(orderer, request, body),
    });
  if (blocks !== undefined && which === undefined) return notFound();
  const reason = illegalChannelId(channelId);
  const legal = (run: () => Answer) => (): Answer => (reason === undefined ? run() : error(400, `invalid channel ID: ${reason}`));
  if (which !== undefined) return accepted(request, method, "GET", { GET: legal(() => blockOf(orderer, channelId, which)) });
  return accepted(request, method, "GET, DELETE", {
    GET: legal(() => info(orderer, channelId)),
    DELETE: legal(() => remove(orderer, channelId)),
  });
}

function notFound(): Answer {
  return { status: 404, text: ["text/plain; charset=utf-8", "404 page not found\n"] };
}

/** Answers a method that a path has, for clients that take JSON. */
function accepted(request: IncomingMessage, method: string, allow: string, methods: Readonly<Record<string, () => Answer>>): Answer {
  const run = methods[method];
  if (run === undefined) return error(405, `invalid request method: ${method}`, { allow });
  const { accept } = request.headers;
  if (accept !== undefined && accept !== "" && !/application\/(json|\*)|\*\/\*/.test(accept))
    return error(406, "response Content-Type is application/json only");
  return run();
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** JSON as Go writes it. */
function json(body: unknown): string {
  return `${JSON.stringify(body).replaceAll("<", "\\u003c").replaceAll(">", "\\u003e").replaceAll("&", "\\u0026")}\n`;
}

function contentOf({ body, bytes, text }: Answer): readonly [type: string, content: Uint8Array] | undefined {
  if (bytes !== undefined) return ["application/octet-stream", bytes];
  if (text !== undefined) return [text[0], Buffer.from(text[1])];
  return body === undefined ? undefined : ["application/json", Buffer.from(json(body))];
}

function send(response: ServerResponse, answer: Answer): void {
  const content = contentOf(answer);
  response.writeHead(answer.status, {
    ...(answer.uncached === true ? { "cache-control": "no-store" } : {}),
    ...(content === undefined ? {} : { "content-type": content[0], "content-length": content[1].length }),
    ...answer.headers,
  });
  response.end(content?.[1]);
}

/** An orderer's administration port: channel participation over mutual TLS (Fabric: orderer/common/channelparticipation). */
export async function openParticipation(address: ListenAddress, tls: NodeTls, orderer: Participation, logger: Logger): Promise<Server> {
  const server = createServer(
    { cert: tls.certificate, key: tls.privateKey, ca: [...tls.roots], requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.2" },
    (request, response) => {
      readBody(request, MAX_BODY)
        .then((body) =>
          send(
            response,
            body === undefined
              ? error(400, "cannot read form from request body: http: request body too large")
              : route(orderer, request, body),
          ),
        )
        .catch((failure: unknown) => {
          logger.error({ err: failure }, "a participation request failed");
          response.destroy();
        });
    },
  );
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return server;
}
