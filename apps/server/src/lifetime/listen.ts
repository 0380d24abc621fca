import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { answerClientError, HEADER_LIMIT } from "../http/client-errors.ts";
import { serverErrors } from "../errors.ts";

// An import of node:http evaluates its WebSocket, which loads all of fetch: 10 MiB and 10 ms.
const { createServer } = process.getBuiltinModule("node:http");

/**
 * Listens; resolves with the address that people open, under `name` where the
 * certificate says so. Throws SERVER_PORT_TAKEN.
 */
export async function listen(app: FastifyInstance, host: string, port: number, name?: string): Promise<string> {
  try {
    const url = new URL(await app.listen({ host, port }));
    if (name !== undefined) url.hostname = name.includes(":") ? `[${name}]` : name;
    return url.origin;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE") {
      throw serverErrors.create("SERVER_PORT_TAKEN", { host, port }, { cause });
    }
    throw cause;
  }
}

/**
 * A second way in, on loopback and in plain HTTP, for a server that speaks TLS: the
 * command line on the same machine must not depend on who signed the certificate,
 * which names it is for, or whether it has run out.
 */
export async function listenLocally(app: FastifyInstance): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = createServer({ maxHeaderSize: HEADER_LIMIT }, (request, response) => app.routing(request, response));
  server.on("clientError", (error, socket: Socket) => answerClientError(error, socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
