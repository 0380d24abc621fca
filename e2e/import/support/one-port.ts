import { once } from "node:events";
import http from "node:http";
import http2, { type ClientHttp2Session, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { createConnection, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A node behind the one port: the name that it is asked for by, and where it is, with TLS. */
export interface HiddenNode {
  readonly authority: string;
  readonly port: number;
  readonly tlsRootPem: string;
  readonly tlsName: string;
  /** The name that its metrics are asked for by, and their port. */
  readonly operations: { readonly authority: string; readonly port: number };
}

/**
 * Everything of a network behind one port without TLS, as microfab has it: gRPC to its nodes and their metrics, told apart
 * by the name that a request asks for, and `/ak/api/v1/components`.
 */
export class OnePort implements AsyncDisposable {
  readonly #server = createServer();
  readonly #grpc = http2.createServer();
  readonly #plain = http.createServer();
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Map<string, ClientHttp2Session>();
  #nodes: readonly HiddenNode[] = [];
  #components = "[]";

  private constructor() {
    this.#grpc.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => this.#forward(stream, headers));
    this.#plain.on("request", (request: http.IncomingMessage, response: http.ServerResponse) => void this.#answer(request, response));
    this.#server.on("connection", (near: Socket) => {
      near.once("data", (start) => {
        // HTTP/2 without TLS begins with this word; everything else is HTTP/1.1.
        const behind = start.toString("latin1", 0, 3) === "PRI" ? this.#grpc : this.#plain;
        const far = createConnection({ host: "127.0.0.1", port: portOf(behind) });
        for (const socket of [near, far]) {
          this.#sockets.add(socket);
          socket.on("error", () => undefined);
        }
        far.write(start);
        near.pipe(far).pipe(near);
      });
    });
  }

  static async listen(): Promise<OnePort> {
    const one = new OnePort();
    for (const server of [one.#grpc, one.#plain, one.#server]) {
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
    }
    return one;
  }

  get port(): number {
    return portOf(this.#server);
  }

  /** What is behind the port, and what it answers about itself. */
  show(nodes: readonly HiddenNode[], components: readonly unknown[]): void {
    this.#nodes = nodes;
    this.#components = JSON.stringify(components);
  }

  #session(node: HiddenNode): ClientHttp2Session {
    const known = this.#sessions.get(node.authority);
    if (known !== undefined && !known.closed) return known;
    const session = http2.connect(`https://127.0.0.1:${node.port}`, { ca: node.tlsRootPem, servername: node.tlsName });
    session.on("error", () => undefined);
    this.#sessions.set(node.authority, session);
    return session;
  }

  #forward(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const node = this.#nodes.find(({ authority }) => authority === headers[":authority"]);
    stream.on("error", () => undefined);
    if (node === undefined) return stream.respond({ ":status": 404 }, { endStream: true });
    const { ":authority": _name, ":scheme": _scheme, ...others } = headers;
    const request = this.#session(node).request({ ...others, ":authority": node.tlsName });
    request.on("error", () => stream.close(http2.constants.NGHTTP2_CANCEL));
    stream.on("close", () => request.close(http2.constants.NGHTTP2_CANCEL));
    let trailers: http2.IncomingHttpHeaders = {};
    request.on("trailers", (sent: http2.IncomingHttpHeaders) => {
      trailers = sent;
    });
    request.on("response", (answer, flags) => {
      if ((flags & http2.constants.NGHTTP2_FLAG_END_STREAM) !== 0) return stream.respond(answer, { endStream: true });
      stream.respond(answer, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers(trailers));
      request.pipe(stream);
    });
    stream.pipe(request);
  }

  async #answer({ url, headers }: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    if (url === "/ak/api/v1/components") return void response.setHeader("content-type", "application/json").end(this.#components);
    const node = this.#nodes.find(({ operations }) => operations.authority === headers.host);
    if (node === undefined) return void response.writeHead(404).end();
    const answer = await fetch(`http://127.0.0.1:${node.operations.port}${url ?? "/"}`);
    response.writeHead(answer.status).end(await answer.text());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const servers = [this.#server, this.#grpc, this.#plain];
    const closed = servers.map((server) => once(server, "close"));
    for (const server of servers) server.close();
    for (const session of this.#sessions.values()) session.destroy();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }
}

function portOf(server: { address(): ReturnType<Server["address"]> }): number {
  return (server.address() as AddressInfo).port;
}
