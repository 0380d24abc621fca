import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { peer } from "@heddle/fabric/wire";
import type { Logger } from "pino";
import { OpenQueries } from "./queries.ts";
import { answerRequest, MAX_BATCH } from "./requests.ts";
import { ChaincodeError, ChaincodeFailure, type ChaincodeResult, type ChaincodeTransaction } from "./transaction.ts";

const Type = peer.ChaincodeMessage_Type;

/** The two directions of a stream to chaincode, whichever side dialled. */
export interface ChaincodeWire {
  send(message: peer.ChaincodeMessage): void;
  close(): void;
}

interface Running {
  readonly transaction: ChaincodeTransaction;
  readonly queries: OpenQueries;
  readonly resolve: (result: ChaincodeResult) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
  /** A request is being answered; a second one at that moment is dropped, as in Fabric. */
  busy: boolean;
}

/** What the owner of a stream has to know. */
export interface StreamEvents {
  /** Chaincode said who it is. Answers whether it may register; throws to refuse. */
  register(packageId: string): void;
  ready(): void;
  /** The stream broke or was closed. */
  ended(): void;
}

/**
 * The peer's end of one stream to chaincode: registration, transactions and their requests
 * (Fabric: core/chaincode/handler.go). Unknown or untimely messages are logged and dropped.
 */
export class ChaincodeStream {
  readonly #wire: ChaincodeWire;
  readonly #events: StreamEvents;
  readonly #executeTimeoutMs: number;
  readonly #logger: Logger;
  readonly #running = new Map<string, Running>();
  #state: "created" | "ready" | "ended" = "created";

  constructor(wire: ChaincodeWire, events: StreamEvents, options: { readonly executeTimeoutMs: number; readonly logger: Logger }) {
    this.#wire = wire;
    this.#events = events;
    this.#executeTimeoutMs = options.executeTimeoutMs;
    this.#logger = options.logger;
  }

  /** Handles one message from chaincode. Never throws. */
  receive(message: peer.ChaincodeMessage): void {
    if (this.#state === "ended") return;
    if (this.#state === "created") {
      this.#register(message);
      return;
    }
    const running = this.#running.get(key(message.channelId, message.txid));
    if (running === undefined) {
      if (message.type !== Type.KEEPALIVE)
        this.#logger.debug(
          { txId: message.txid, type: Type[message.type] },
          "chaincode sent a message for a transaction that is not running",
        );
      return;
    }
    if (message.type === Type.COMPLETED || message.type === Type.ERROR) this.#finish(message, running);
    else if (!running.busy) void this.#answer(message, running);
  }

  #register(message: peer.ChaincodeMessage): void {
    if (message.type !== Type.REGISTER) {
      this.#logger.warn({ type: Type[message.type] }, "chaincode sent a message before it registered");
      return;
    }
    try {
      const { name } = fromBinary(peer.ChaincodeIDSchema, message.payload);
      this.#events.register(name);
    } catch (error) {
      this.#logger.warn({ err: error }, "chaincode was refused");
      this.close();
      return;
    }
    this.#wire.send(create(peer.ChaincodeMessageSchema, { type: Type.REGISTERED }));
    const additional = create(peer.ChaincodeAdditionalParamsSchema, {
      useWriteBatch: true,
      maxSizeWriteBatch: MAX_BATCH,
      useGetMultipleKeys: true,
      maxSizeGetMultipleKeys: MAX_BATCH,
    });
    this.#wire.send(
      create(peer.ChaincodeMessageSchema, { type: Type.READY, payload: toBinary(peer.ChaincodeAdditionalParamsSchema, additional) }),
    );
    this.#state = "ready";
    this.#events.ready();
  }

  /** Runs a function and waits for its end. Rejects with {@link ChaincodeFailure}. */
  execute(type: peer.ChaincodeMessage_Type, input: Uint8Array, transaction: ChaincodeTransaction): Promise<ChaincodeResult> {
    const { channelId, txId } = transaction;
    const id = key(channelId, txId);
    if (this.#state === "ended") return Promise.reject(new ChaincodeFailure("error sending: chaincode stream terminated"));
    if (this.#running.has(id)) return Promise.reject(new ChaincodeFailure(`error sending: txid: ${txId}(${channelId}) exists`));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#end(id)?.reject(new ChaincodeFailure("error sending: timeout expired while executing transaction"));
      }, this.#executeTimeoutMs);
      this.#running.set(id, { transaction, queries: new OpenQueries(), resolve, reject, timer, busy: false });
      this.#wire.send(
        create(peer.ChaincodeMessageSchema, {
          type,
          payload: input,
          txid: txId,
          channelId,
          proposal: transaction.signedProposal,
          timestamp: { ...transaction.timestamp },
        }),
      );
    });
  }

  #finish(message: peer.ChaincodeMessage, running: Running): void {
    this.#end(key(message.channelId, message.txid));
    if (message.type === Type.ERROR) {
      running.reject(new ChaincodeError(message.payload));
      return;
    }
    try {
      running.resolve({ response: fromBinary(peer.ResponseSchema, message.payload), event: message.chaincodeEvent });
    } catch {
      running.reject(new ChaincodeFailure("failed to unmarshal the chaincode's response"));
    }
  }

  async #answer(message: peer.ChaincodeMessage, running: Running): Promise<void> {
    running.busy = true;
    const { txid, channelId } = message;
    const reply = (type: peer.ChaincodeMessage_Type, payload: Uint8Array): void => {
      running.busy = false;
      if (this.#state === "ready") this.#wire.send(create(peer.ChaincodeMessageSchema, { type, payload, txid, channelId }));
    };
    try {
      reply(Type.RESPONSE, await answerRequest(message, running.transaction, running.queries));
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      reply(Type.ERROR, Buffer.from(`${Type[message.type] ?? message.type} failed: transaction ID: ${txid}: ${cause}`));
    }
  }

  #end(id: string): Running | undefined {
    const running = this.#running.get(id);
    if (running === undefined) return undefined;
    clearTimeout(running.timer);
    running.queries.closeAll();
    this.#running.delete(id);
    return running;
  }

  /** Called when the other side is gone. */
  ended(): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    for (const id of Array.from(this.#running.keys()))
      this.#end(id)?.reject(new ChaincodeFailure("error sending: chaincode stream terminated"));
    this.#events.ended();
  }

  /** Ends the stream from this side. */
  close(): void {
    this.#wire.close();
    this.ended();
  }
}

function key(channelId: string, txId: string): string {
  return `${channelId} ${txId}`;
}
