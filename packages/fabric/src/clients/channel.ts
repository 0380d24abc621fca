import {
  Client,
  credentials,
  type ChannelCredentials,
  type ClientDuplexStream,
  type ClientOptions,
  type MethodDefinition,
} from "@grpc/grpc-js";
import { describeServiceError } from "./failure.ts";
import { MAX_MESSAGE_BYTES } from "./services.ts";

/** How to reach a node. */
export interface NodeAddress {
  /** `host:port` */
  readonly address: string;
  /** The TLS roots that vouch for the node, PEM. */
  readonly tlsRootPem: string;
  /** The node speaks without TLS, as in networks made for trying things out. */
  readonly plaintext?: boolean;
  /** The name in the node's certificate where it differs from the host dialled. */
  readonly hostname?: string;
  /** What a proxy before the node tells it from others by, where that is neither its name nor its address. */
  readonly authority?: string;
  /** A client certificate, for nodes that ask for one. */
  readonly clientTls?: { readonly certificatePem: string; readonly privateKeyPem: string };
}

/** One TLS connection to a node; gRPC opens it when it is first used. */
export class NodeChannel implements Disposable {
  /** `host:port`, as it was given. */
  readonly address: string;
  readonly #client: Client;

  constructor(node: NodeAddress) {
    this.address = node.address;
    this.#client = new Client(node.address, credentialsFor(node), channelOptions(node));
  }

  /** One request, one answer. `timeoutMs` is the deadline. Throws `FABRIC_UNREACHABLE`, `FABRIC_TIMEOUT` or `FABRIC_REFUSED`. */
  call<Request, Response>(method: MethodDefinition<Request, Response>, request: Request, timeoutMs: number): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        { deadline: Date.now() + timeoutMs },
        (error, value) => {
          if (error !== null) reject(describeServiceError(this.address, error));
          else if (value === undefined) reject(new TypeError("gRPC gave neither an error nor a value"));
          else resolve(value);
        },
      );
    });
  }

  /** Opens a stream in both directions, which ends with an error after `timeoutMs` where that is given. The caller ends or cancels it. */
  stream<Request, Response>(method: MethodDefinition<Request, Response>, timeoutMs?: number): ClientDuplexStream<Request, Response> {
    const options = timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
    return this.#client.makeBidiStreamRequest(method.path, method.requestSerialize, method.responseDeserialize, options);
  }

  /** Ends the connection and every call on it. */
  close(): void {
    this.#client.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** What a node may send ahead of what is read: with HTTP/2's 64 KiB it waits for its reader in the middle of every larger block. */
const WINDOW_BYTES = 1024 * 1024;

function credentialsFor({ tlsRootPem, clientTls, plaintext }: NodeAddress): ChannelCredentials {
  if (plaintext === true) return credentials.createInsecure();
  return credentials.createSsl(
    Buffer.from(tlsRootPem),
    clientTls === undefined ? null : Buffer.from(clientTls.privateKeyPem),
    clientTls === undefined ? null : Buffer.from(clientTls.certificatePem),
  );
}

function channelOptions(node: NodeAddress): ClientOptions {
  return {
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
    "grpc-node.flow_control_window": WINDOW_BYTES,
    // Two clients of one process must not share a connection: each may show another TLS identity.
    "grpc.use_local_subchannel_pool": 1,
    // A node that comes back is to be found at once; the default waits up to two minutes.
    "grpc.initial_reconnect_backoff_ms": 50,
    "grpc.max_reconnect_backoff_ms": 1000,
    ...(node.hostname === undefined ? {} : { "grpc.ssl_target_name_override": node.hostname, "grpc.default_authority": node.hostname }),
    ...(node.authority === undefined ? {} : { "grpc.default_authority": node.authority }),
  };
}
