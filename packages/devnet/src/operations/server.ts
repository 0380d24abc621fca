import type { Server, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { ListenAddress } from "../front/listener.ts";
import { readBody } from "../front/read-body.ts";
import { PROMETHEUS_TYPE, prometheusText, type Metric } from "./prometheus-text.ts";

// An import of node:http evaluates its WebSocket, which loads all of fetch: 10 MiB and 10 ms.
const { createServer } = process.getBuiltinModule("node:http");

const MAX_BODY = 64 * 1024;

/** What an operations port tells of. */
export interface ObservedNode {
  /** What it measures, now. */
  readonly metrics: () => readonly Metric[];
  readonly logger: Logger;
}

/** Fabric's version this network behaves as. */
export const FABRIC_VERSION = "v3.1.0";

function json(response: ServerResponse, status: number, body: unknown): void {
  const content = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { "content-type": "application/json", "content-length": content.length });
  response.end(content);
}

async function respond(
  node: ObservedNode,
  method: string,
  path: string,
  body: () => Promise<Buffer | undefined>,
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
    response.writeHead(200, { "content-type": PROMETHEUS_TYPE });
    response.end(prometheusText(node.metrics()));
  } else {
    json(response, 404, { Error: "not found" });
  }
}

function setLevel(node: ObservedNode, body: Buffer | undefined, response: ServerResponse): void {
  const text = body?.toString("utf8") ?? "";
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
    respond(node, request.method ?? "", (request.url ?? "").split("?")[0] ?? "", () => readBody(request, MAX_BODY), response).catch(
      (error: unknown) => {
        node.logger.error({ err: error }, "an operations request failed");
        response.destroy();
      },
    );
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
