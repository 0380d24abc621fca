import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import { createServer, type Server as TlsServer, type TLSSocket } from "node:tls";
import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { MAX_MESSAGE_BYTES } from "@heddle/fabric";

/** A node's TLS identity, all PEM. */
export interface NodeTls {
  readonly certificate: string;
  readonly privateKey: string;
  /** Roots of client certificates; clients show one only where it is needed. */
  readonly roots: readonly string[];
}

/** Where a listener is. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** A set of methods and their handlers. */
export interface Service {
  readonly definition: ServiceDefinition;
  readonly handlers: UntypedServiceImplementation;
}

/**
 * One virtual node's gRPC port. TLS is done here rather than by gRPC, because Fabric asks for a
 * client certificate without requiring one, and gRPC can only require.
 */
export class Listener {
  readonly #server: Server;
  readonly #tls: TlsServer;
  /** Every connection, also one whose handshake is not done: it would keep the port open. */
  readonly #sockets = new Set<Socket>();
  #closed = false;
  readonly #clientHashes = new Map<string, Buffer>();

  private constructor(server: Server, tls: TlsServer) {
    this.#server = server;
    this.#tls = tls;
  }

  /** Listens with these services. Rejects when the address is taken. */
  static async open(address: ListenAddress, tls: NodeTls, services: readonly Service[]): Promise<Listener> {
    const server = new Server({
      "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
      "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
      // Clients ping as often as they like; a strict server would send them away.
      "grpc.http2.min_ping_interval_without_data_ms": 1000,
      "grpc.keepalive_time_ms": 7_200_000,
      "grpc.keepalive_timeout_ms": 20_000,
    });
    for (const { definition, handlers } of services) server.addService(definition, handlers);
    const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
    const tlsServer = createServer({
      cert: tls.certificate,
      key: tls.privateKey,
      requestCert: true,
      rejectUnauthorized: false,
      ALPNProtocols: ["h2"],
      minVersion: "TLSv1.2",
    });
    const listener = new Listener(server, tlsServer);
    tlsServer.on("connection", (socket: Socket) => listener.#accept(socket));
    tlsServer.on("secureConnection", (socket) => {
      listener.#adopt(socket);
      injector.injectConnection(socket);
    });
    // A client that breaks off its handshake is its own affair.
    tlsServer.on("tlsClientError", () => undefined);
    await new Promise<void>((resolve, reject) => {
      tlsServer.once("error", reject);
      tlsServer.listen(address.port, address.host, () => {
        tlsServer.off("error", reject);
        resolve();
      });
    });
    return listener;
  }

  /** The port it listens on. */
  get port(): number {
    const address = this.#tls.address();
    if (address === null || typeof address === "string") throw new RangeError("the listener is closed");
    return address.port;
  }

  /** SHA-256 of the client certificate behind a gRPC peer (`call.getPeer()`); undefined when it showed none. */
  clientCertHash(peer: string): Uint8Array | undefined {
    return this.#clientHashes.get(peer);
  }

  #accept(socket: Socket): void {
    if (this.#closed) return void socket.destroy();
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
  }

  #adopt(socket: TLSSocket): void {
    socket.setNoDelay(true);
    const name = `${socket.remoteAddress ?? ""}:${socket.remotePort ?? 0}`;
    const certificate = socket.getPeerX509Certificate();
    if (certificate !== undefined) this.#clientHashes.set(name, createHash("sha256").update(certificate.raw).digest());
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#clientHashes.delete(name));
  }

  /** Stops listening and cuts every connection at once. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#server.forceShutdown();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => {
      this.#tls.close(() => resolve());
    });
  }
}
