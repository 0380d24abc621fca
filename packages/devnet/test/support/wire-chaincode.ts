import { create, fromBinary, toBinary, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { Client, credentials, type ClientDuplexStream } from "@grpc/grpc-js";
import { chaincodeSupportService } from "@heddle/fabric";
import { peer } from "@heddle/fabric/wire";

const Type = peer.ChaincodeMessage_Type;

/** A message that chaincode sends within a transaction. */
export interface ChaincodeRequest {
  readonly type: peer.ChaincodeMessage_Type;
  readonly payload: Uint8Array;
}

/** What the peer answered: the payload of its RESPONSE, or the text of its ERROR. */
export type ChaincodeAnswer = { readonly payload: Uint8Array } | { readonly error: string };

/** A request from its message. */
export function request<Schema extends DescMessage>(
  type: peer.ChaincodeMessage_Type,
  schema: Schema,
  init: MessageInitShape<Schema>,
): ChaincodeRequest {
  return { type, payload: toBinary(schema, create(schema, init)) };
}

/**
 * Chaincode that dials a peer and speaks its protocol message by message: for what the Node.js shim never sends,
 * such as the batches of the Go shim. Each transaction sends the requests of `script`, one after the other.
 */
export class WireChaincode {
  readonly #client: Client;
  readonly #stream: ClientDuplexStream<peer.ChaincodeMessage, peer.ChaincodeMessage>;
  readonly #answers = new Map<string, (message: peer.ChaincodeMessage) => void>();
  script: readonly ChaincodeRequest[] = [];
  /** The answers of the latest transaction that has ended. */
  answers: readonly ChaincodeAnswer[] = [];

  private constructor(client: Client, stream: ClientDuplexStream<peer.ChaincodeMessage, peer.ChaincodeMessage>, ready: () => void) {
    this.#client = client;
    this.#stream = stream;
    stream.on("data", (message: peer.ChaincodeMessage) => {
      if (message.type === Type.READY) ready();
      else if (message.type === Type.TRANSACTION) void this.#run(message);
      else this.#answers.get(message.txid)?.(message);
    });
  }

  /** Dials a peer's chaincode port and registers as a package. Rejects when the peer ends the stream instead. */
  static async connect(
    peerAddress: { readonly port: number; readonly name: string; readonly tlsRootPem: string },
    packageId: string,
  ): Promise<WireChaincode> {
    const options = { "grpc.ssl_target_name_override": peerAddress.name };
    const client = new Client(`127.0.0.1:${peerAddress.port}`, credentials.createSsl(Buffer.from(peerAddress.tlsRootPem)), options);
    const { register } = chaincodeSupportService;
    const stream = client.makeBidiStreamRequest(register.path, register.requestSerialize, register.responseDeserialize);
    const ready = Promise.withResolvers<void>();
    stream.on("error", (error) => ready.reject(error));
    stream.on("end", () => ready.reject(new Error("the peer has ended the stream")));
    const chaincode = new WireChaincode(client, stream, ready.resolve);
    stream.write(create(peer.ChaincodeMessageSchema, request(Type.REGISTER, peer.ChaincodeIDSchema, { name: packageId })));
    try {
      await ready.promise;
    } catch (error) {
      chaincode.close();
      throw error;
    }
    return chaincode;
  }

  async #run({ txid, channelId }: peer.ChaincodeMessage): Promise<void> {
    const answers: ChaincodeAnswer[] = [];
    for (const { type, payload } of this.script) {
      const answer = new Promise<peer.ChaincodeMessage>((resolve) => this.#answers.set(txid, resolve));
      this.#send({ type, payload, txid, channelId });
      const message = await answer;
      answers.push(message.type === Type.ERROR ? { error: Buffer.from(message.payload).toString("utf8") } : { payload: message.payload });
    }
    this.#answers.delete(txid);
    this.answers = answers;
    this.#send({ ...request(Type.COMPLETED, peer.ResponseSchema, { status: 200 }), txid, channelId });
  }

  #send(message: MessageInitShape<typeof peer.ChaincodeMessageSchema>): void {
    this.#stream.write(create(peer.ChaincodeMessageSchema, message));
  }

  close(): void {
    this.#stream.cancel();
    this.#client.close();
  }
}

/** An answer's payload as the message that it holds. */
export function readAnswer<Schema extends DescMessage>(schema: Schema, answer: ChaincodeAnswer | undefined) {
  if (answer === undefined || "error" in answer) throw new Error(answer === undefined ? "there is no answer" : answer.error);
  return fromBinary(schema, answer.payload);
}
