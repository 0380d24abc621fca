import { createConnection } from "node:net";
import { Client, credentials, type ChannelCredentials } from "@grpc/grpc-js";
import { chaincodeService, MAX_MESSAGE_BYTES, type ChaincodePackage } from "@heddle/fabric";
import type { peer } from "@heddle/fabric/wire";
import type { ChaincodeWire } from "./stream.ts";

/** Where a package says its chaincode listens. */
export interface ServiceConnection {
  readonly address: string;
  readonly dialTimeoutMs: number;
  readonly tls: { readonly rootCert: string; readonly clientKey: string | undefined; readonly clientCert: string | undefined } | undefined;
}

/** Fabric's default when connection.json names none (core/container/externalbuilder). */
const DEFAULT_DIAL_TIMEOUT_MS = 3000;

/** Reads connection.json of a package (Fabric: core/container/externalbuilder/instance.go). Throws when it is missing or unusable. */
export function readConnection(content: ChaincodePackage): ServiceConnection {
  const file = content.files.get("connection.json");
  if (content.type !== "ccaas" && content.type !== "external")
    throw new Error(`could not build chaincode: chaincode type '${content.type}' is not supported, only ccaas`);
  if (file === undefined) throw new Error("connection.json not found - not a chaincode that runs as a service");
  const parsed: unknown = JSON.parse(file.toString("utf8"));
  const fields = (typeof parsed === "object" && parsed !== null ? parsed : {}) as Record<string, unknown>;
  const text = (name: string): string | undefined => {
    const value = fields[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const address = text("address");
  if (address === undefined) throw new Error("chaincode address not provided");
  const rootCert = text("root_cert");
  if (fields["tls_required"] === true && rootCert === undefined) throw new Error("tls root cert not provided");
  return {
    address,
    dialTimeoutMs: duration(fields["dial_timeout"]),
    tls:
      fields["tls_required"] === true
        ? { rootCert: rootCert ?? "", clientKey: text("client_key"), clientCert: text("client_cert") }
        : undefined,
  };
}

function duration(value: unknown): number {
  if (typeof value !== "string") return DEFAULT_DIAL_TIMEOUT_MS;
  const match = /^(\d+)(ms|s|m)$/.exec(value);
  if (match === null) return DEFAULT_DIAL_TIMEOUT_MS;
  return Number(match[1]) * (match[2] === "ms" ? 1 : match[2] === "s" ? 1000 : 60_000);
}

function channelCredentials({ tls }: ServiceConnection): ChannelCredentials {
  if (tls === undefined) return credentials.createInsecure();
  const pem = (text: string | undefined): Buffer | null => (text === undefined ? null : Buffer.from(text));
  return credentials.createSsl(pem(tls.rootCert), pem(tls.clientKey), pem(tls.clientCert));
}

/** What is done with a dialled stream. */
export interface DialHandlers {
  message(message: peer.ChaincodeMessage): void;
  ended(reason: string): void;
}

/**
 * Dials chaincode that runs as a service and opens its stream. Rejects at once when nobody listens, and when it
 * does not answer within its dial timeout; the texts are Fabric's (internal/pkg/comm/config.go).
 */
export async function dialChaincode(connection: ServiceConnection, handlers: DialHandlers): Promise<ChaincodeWire> {
  const { address, dialTimeoutMs } = connection;
  const refuse = (reason: string): Error =>
    new Error(`error creating grpc connection to ${address}: failed to create new connection: ${reason}`);
  const refused = await refusedConnection(address, dialTimeoutMs);
  if (refused !== undefined) throw refuse(`connection error: desc = "transport: error while dialing: ${refused}"`);
  const client = new Client(address, channelCredentials(connection), {
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
    "grpc.use_local_subchannel_pool": 1,
    "grpc.initial_reconnect_backoff_ms": 50,
    "grpc.max_reconnect_backoff_ms": 500,
  });
  await new Promise<void>((resolve, reject) => {
    client.waitForReady(Date.now() + dialTimeoutMs, (error) => {
      if (error === undefined) resolve();
      else reject(refuse("context deadline exceeded"));
    });
  }).catch((error: unknown) => {
    client.close();
    throw error;
  });
  return openStream(client, handlers);
}

function openStream(client: Client, handlers: DialHandlers): ChaincodeWire {
  const { connect } = chaincodeService;
  const stream = client.makeBidiStreamRequest(connect.path, connect.requestSerialize, connect.responseDeserialize);
  let over = false;
  const end = (reason: string): void => {
    if (over) return;
    over = true;
    client.close();
    handlers.ended(reason);
  };
  stream.on("data", (message: peer.ChaincodeMessage) => handlers.message(message));
  stream.on("error", (failure: Error) => end(failure.message));
  stream.on("end", () => end("the chaincode closed the stream"));
  return {
    send: (message) => void stream.write(message),
    close: () => {
      stream.cancel();
      end("closed by the peer");
    },
  };
}

/** Why an address refuses connections; undefined when it takes one. gRPC itself would try again until the timeout. */
function refusedConnection(address: string, timeoutMs: number): Promise<string | undefined> {
  const split = address.lastIndexOf(":");
  const host = address.slice(0, split).replace(/^\[|\]$/g, "");
  return new Promise((resolve) => {
    const socket = createConnection({ host, port: Number(address.slice(split + 1)), timeout: timeoutMs });
    const settle = (reason: string | undefined): void => {
      socket.destroy();
      resolve(reason);
    };
    socket.on("connect", () => settle(undefined));
    socket.on("timeout", () => settle(`dial tcp ${address}: i/o timeout`));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      settle(error.code === "ECONNREFUSED" ? `dial tcp ${address}: connect: connection refused` : `dial tcp ${address}: ${error.message}`),
    );
  });
}
