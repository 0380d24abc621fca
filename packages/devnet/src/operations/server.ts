import { createServer, type Server, type ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { ListenAddress } from "../front/listener.ts";
import type { ChannelLedger } from "../ledger/ledger.ts";

/** What an operations port tells of. */
export interface ObservedNode {
  readonly kind: "peer" | "orderer";
  readonly name: string;
  readonly channels: ReadonlyMap<string, ChannelLedger>;
  readonly logger: Logger;
}

/** Fabric's version this network behaves as. */
export const FABRIC_VERSION = "v3.1.0";

function json(response: ServerResponse, status: number, body: unknown): void {
  const content = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { "content-type": "application/json", "content-length": content.length });
  response.end(content);
}

/** Prometheus text: the heights of the node's channels and the process's own figures. */
async function metricsText(node: ObservedNode): Promise<{ type: string; text: string }> {
  const { Gauge, Registry, collectDefaultMetrics } = await import("prom-client");
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const height = new Gauge({
    name: node.kind === "peer" ? "ledger_blockchain_height" : "consensus_etcdraft_committed_block_number",
    help: node.kind === "peer" ? "Height of the chain in blocks." : "The number of the latest committed block.",
    labelNames: ["channel"],
    registers: [registry],
  });
  for (const [channel, ledger] of node.channels) height.set({ channel }, node.kind === "peer" ? ledger.height : ledger.height - 1);
  return { type: registry.contentType, text: await registry.metrics() };
}

async function respond(
  node: ObservedNode,
  method: string,
  path: string,
  body: () => Promise<string>,
  response: ServerResponse,
): Promise<void> {
  if (path === "/healthz" && method === "GET") {
    json(response, 200, { status: "OK", time: new Date().toISOString() });
  } else if (path === "/version" && method === "GET") {
    json(response, 200, { CommitSHA: "heddle-devnet", Version: FABRIC_VERSION });
  } else if (path === "/logspec" && method === "GET") {
    json(response, 200, { spec: node.logger.level });
  } else if (path === "/logspec" && method === "PUT") {
    setLevel(node, await body(), response);
  } else if (path === "/metrics" && method === "GET") {
    const { type, text } = await metricsText(node);
    response.writeHead(200, { "content-type": type });
    response.end(text);
  } else {
    json(response, 404, { Error: "not found" });
  }
}

function setLevel(node: ObservedNode, text: string, response: ServerResponse): void {
  const match = /"spec"\s*:\s*"(fatal|error|warn|info|debug|trace|silent)"/i.exec(text);
  if (match?.[1] === undefined) {
    json(response, 400, { error: "invalid logging specification: a level is expected, such as info or debug" });
    return;
  }
  node.logger.level = match[1].toLowerCase();
  response.writeHead(204).end();
}

/** A node's operations port on loopback: healthz, version, logspec, metrics (Fabric: core/operations). */
export async function openOperations(address: ListenAddress, node: ObservedNode): Promise<Server> {
  const server = createServer((request, response) => {
    const body = async (): Promise<string> => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) {
        chunks.push(chunk as Buffer);
        if (chunks.length > 64) break;
      }
      return Buffer.concat(chunks).toString("utf8");
    };
    respond(node, request.method ?? "", (request.url ?? "").split("?")[0] ?? "", body, response).catch((error: unknown) => {
      node.logger.error({ err: error }, "an operations request failed");
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return server;
}
