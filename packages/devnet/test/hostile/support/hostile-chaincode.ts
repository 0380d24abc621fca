import { create, fromBinary, toBinary, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import { peer } from "@heddle/fabric/wire";
import { freePort } from "../../support/chaincode.ts";

export const Type = peer.ChaincodeMessage_Type;

/** The hostile end of a stream: writes any bytes, and can break off. */
export interface HostileStream {
  write(bytes: Uint8Array): void;
  end(): void;
  /** Breaks off with an error. */
  reset(): void;
}

/** What a hostile chaincode does when it is asked to run a transaction, and with what the peer sends it within. */
export interface Script {
  readonly name: string;
  run(stream: HostileStream, transaction: peer.ChaincodeMessage): void;
  answered?(stream: HostileStream, message: peer.ChaincodeMessage): void;
}

/** What it does when the peer dials it. */
export type Greeting = (stream: HostileStream, packageId: string) => void;

/** Marshaled ChaincodeMessage bytes. */
export function message(init: MessageInitShape<typeof peer.ChaincodeMessageSchema>): Buffer {
  return Buffer.from(toBinary(peer.ChaincodeMessageSchema, create(peer.ChaincodeMessageSchema, init)));
}

/** A message of a transaction whose payload is another message. */
export function request<Schema extends DescMessage>(
  { txid, channelId }: { txid: string; channelId: string },
  type: peer.ChaincodeMessage_Type,
  schema: Schema,
  init: MessageInitShape<Schema>,
): Buffer {
  return message({ type, txid, channelId, payload: toBinary(schema, create(schema, init)) });
}

/** The message with which chaincode says who it is. */
export function register(packageId: string): Buffer {
  return message({ type: Type.REGISTER, payload: toBinary(peer.ChaincodeIDSchema, create(peer.ChaincodeIDSchema, { name: packageId })) });
}

const same = (bytes: Buffer): Buffer => bytes;

/** Chaincode that runs as a service and means harm. */
export class HostileChaincode {
  readonly port: number;
  readonly #server: Server;
  packageId = "";
  /** What transactions do that name a script as their first argument. */
  readonly scripts = new Map<string, Script>();
  readonly #running = new Map<string, Script>();
  greeting: Greeting = (stream, packageId) => stream.write(register(packageId));
  /** How often it was dialled. */
  dialled = 0;

  private constructor(port: number, server: Server) {
    this.port = port;
    this.#server = server;
  }

  static async listen(): Promise<HostileChaincode> {
    const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
    const port = await freePort();
    const chaincode = new HostileChaincode(port, server);
    const connect = {
      path: "/protos.Chaincode/Connect",
      requestStream: true,
      responseStream: true,
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    };
    server.addService({ connect }, { connect: (call: ServerDuplexStream<Buffer, Buffer>) => chaincode.#serve(call) });
    await new Promise<void>((resolve, reject) =>
      server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error) => (error === null ? resolve() : reject(error))),
    );
    return chaincode;
  }

  #serve(call: ServerDuplexStream<Buffer, Buffer>): void {
    this.dialled += 1;
    const stream: HostileStream = {
      write: (bytes) => void (call.writable && call.write(Buffer.from(bytes))),
      end: () => call.end(),
      reset: () => void call.emit("error", { code: 13, details: "broken on purpose" }),
    };
    call.on("error", () => undefined);
    call.on("data", (bytes: Buffer) => {
      const received = fromBinary(peer.ChaincodeMessageSchema, bytes);
      if (received.type === Type.TRANSACTION || received.type === Type.INIT) this.#begin(stream, received);
      else if (received.type === Type.RESPONSE || received.type === Type.ERROR)
        this.#running.get(received.txid)?.answered?.(stream, received);
    });
    call.on("end", () => call.end());
    this.greeting(stream, this.packageId);
  }

  #begin(stream: HostileStream, transaction: peer.ChaincodeMessage): void {
    const [name] = fromBinary(peer.ChaincodeInputSchema, transaction.payload).args;
    const script = this.scripts.get(Buffer.from(name ?? []).toString());
    if (script === undefined) throw new Error("no such script");
    this.#running.set(transaction.txid, script);
    script.run(stream, transaction);
  }

  close(): void {
    this.#server.forceShutdown();
  }
}
