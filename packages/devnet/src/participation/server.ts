import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { fromBinary } from "@bufbuild/protobuf";
import { configFromBlock } from "@heddle/fabric";
import { common } from "@heddle/fabric/wire";
import type { Logger } from "pino";
import type { ListenAddress, NodeTls } from "../front/listener.ts";
import type { ChannelLedger } from "../ledger/ledger.ts";
import { readPart } from "./multipart.ts";

/** What an orderer can do with channels. */
export interface Participation {
  readonly channels: ReadonlyMap<string, ChannelLedger>;
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
}

function error(status: number, message: string, headers: Record<string, string> = {}): Answer {
  return { status, body: { error: message }, headers };
}

function describe(channelId: string, ledger: ChannelLedger): Record<string, unknown> {
  return { name: channelId, url: `${BASE}/${channelId}`, consensusRelation: "consenter", status: "active", height: ledger.height };
}

function list(orderer: Participation): Answer {
  const names = [...orderer.channels.keys()].toSorted();
  const channels = names.length === 0 ? null : names.map((name) => ({ name, url: `${BASE}/${name}` }));
  return { status: 200, body: { systemChannel: null, channels } };
}

function info(orderer: Participation, channelId: string): Answer {
  const ledger = orderer.channels.get(channelId);
  return ledger === undefined ? error(404, "channel does not exist") : { status: 200, body: describe(channelId, ledger) };
}

function join(orderer: Participation, request: IncomingMessage, body: Buffer): Answer {
  const contentType = request.headers["content-type"] ?? "";
  if (!contentType.startsWith("multipart/form-data")) return error(400, `unsupported Content-Type: [${contentType}]`);
  const block = readPart(contentType, body, "config-block");
  if (block === undefined) return error(400, "form does not contains part key: config-block");
  let channelId: string;
  try {
    const read = configFromBlock(block);
    ({ channelId } = read);
    const groups = read.config.channelGroup?.groups ?? {};
    if (groups["Application"] === undefined || groups["Consortiums"] !== undefined)
      throw new Error("invalid config: must have an Application group and no Consortiums");
  } catch (cause) {
    return error(400, `invalid join block: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (orderer.channels.has(channelId)) return error(405, "cannot join: channel already exists", { allow: "GET, DELETE" });
  try {
    orderer.join(channelId, block);
  } catch (cause) {
    return error(400, `cannot join: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const ledger = orderer.channels.get(channelId);
  if (ledger === undefined) return error(500, "the channel was not started");
  return { status: 201, body: describe(channelId, ledger), headers: { location: `${BASE}/${channelId}` } };
}

/** The channel of a configuration update, read as far as Fabric reads it before it asks the channel (channelparticipation/validator.go). */
function updatedChannel(envelope: common.Envelope): string {
  const payload = fromBinary(common.PayloadSchema, envelope.payload);
  const header = fromBinary(common.ChannelHeaderSchema, payload.header?.channelHeader ?? new Uint8Array());
  if (header.type !== common.HeaderType.CONFIG_UPDATE) throw new Error("bad type");
  if (header.channelId === "") throw new Error("empty channel id");
  const { configUpdate } = fromBinary(common.ConfigUpdateEnvelopeSchema, payload.data);
  return fromBinary(common.ConfigUpdateSchema, configUpdate).channelId;
}

function update(orderer: Participation, request: IncomingMessage, body: Buffer): Answer {
  const contentType = request.headers["content-type"] ?? "";
  if (!contentType.startsWith("multipart/form-data")) return error(400, `unsupported Content-Type: [${contentType}]`);
  const part = readPart(contentType, body, "config-update-envelope");
  if (part === undefined) return error(400, "form does not contains part key: config-update-envelope");
  let envelope: common.Envelope;
  let channelId: string;
  try {
    envelope = fromBinary(common.EnvelopeSchema, part);
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
  return { status: 201, body: describe(channelId, ledger), headers: { location: `${BASE}/${channelId}` } };
}

function remove(orderer: Participation, channelId: string): Answer {
  if (!orderer.channels.has(channelId)) return error(404, "cannot remove: channel does not exist");
  orderer.remove(channelId);
  return { status: 204 };
}

function blockOf(orderer: Participation, channelId: string, which: string): Answer {
  const ledger = orderer.channels.get(channelId);
  if (ledger === undefined) return error(404, "channel does not exist");
  const named: Readonly<Record<string, number>> = { newest: ledger.height - 1, oldest: 0, config: ledger.lastConfigBlock };
  const number = named[which] ?? Number(which);
  if (!Number.isSafeInteger(number) || number < 0) return error(400, `invalid block id: ${which}`);
  const bytes = ledger.ordererBlock(number);
  return bytes === undefined ? error(404, "block does not exist") : { status: 200, bytes };
}

function route(orderer: Participation, request: IncomingMessage, body: Buffer): Answer {
  const path = (request.url ?? "").split("?")[0] ?? "";
  const [channelId, blocks, which, ...rest] = path.slice(BASE.length).split("/").slice(1).map(decodeURIComponent);
  if (!path.startsWith(BASE) || rest.length > 0) return error(404, "not found");
  const accept = request.headers.accept;
  if (accept !== undefined && !/application\/(json|\*|octet-stream)|\*\/\*/.test(accept))
    return error(406, "response Content-Type is application/json only");
  const method = request.method ?? "";
  if (channelId === undefined || channelId === "") return routeChannels(orderer, method, request, body);
  if (blocks === "blocks" && which !== undefined && method === "GET") return blockOf(orderer, channelId, which);
  if (blocks !== undefined) return error(404, "not found");
  return routeChannel(orderer, method, channelId);
}

function routeChannels(orderer: Participation, method: string, request: IncomingMessage, body: Buffer): Answer {
  if (method === "GET") return list(orderer);
  if (method === "POST") return join(orderer, request, body);
  if (method === "PUT") return update(orderer, request, body);
  return error(405, `invalid request method: ${method}`, { allow: "GET, POST, PUT" });
}

function routeChannel(orderer: Participation, method: string, channelId: string): Answer {
  if (method === "GET") return info(orderer, channelId);
  if (method === "DELETE") return remove(orderer, channelId);
  return error(405, `invalid request method: ${method}`, { allow: "GET, DELETE" });
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, body, headers, bytes }: Answer): void {
  const content = bytes ?? (body === undefined ? undefined : Buffer.from(`${JSON.stringify(body)}\n`));
  const type = bytes === undefined ? "application/json" : "application/octet-stream";
  response.writeHead(status, {
    "cache-control": "no-store",
    ...(content === undefined ? {} : { "content-type": type, "content-length": content.length }),
    ...headers,
  });
  response.end(content);
}

/** An orderer's administration port: channel participation over mutual TLS (Fabric: orderer/common/channelparticipation). */
export async function openParticipation(address: ListenAddress, tls: NodeTls, orderer: Participation, logger: Logger): Promise<Server> {
  const server = createServer(
    { cert: tls.certificate, key: tls.privateKey, ca: [...tls.roots], requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.2" },
    (request, response) => {
      readBody(request)
        .then((body) => send(response, body === undefined ? error(413, "http: request body too large") : route(orderer, request, body)))
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
