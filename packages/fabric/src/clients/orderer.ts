import { fabricErrors } from "../errors.ts";
import type { SigningIdentity } from "../msp/signing-identity.ts";
import { common, type orderer } from "../wire.ts";
import { readBlocks, type BlockRequest } from "./block-stream.ts";
import { NodeChannel, type NodeAddress } from "./channel.ts";
import { describeServiceError } from "./failure.ts";
import { atomicBroadcastService } from "./services.ts";

const BROADCAST_TIMEOUT_MS = 30_000;

/** Speaks to one orderer: sends envelopes, reads blocks. */
export class OrdererClient implements Disposable {
  readonly #channel: NodeChannel;

  constructor(node: NodeAddress) {
    this.#channel = new NodeChannel(node);
  }

  /** `host:port`, as it was given. */
  get address(): string {
    return this.#channel.address;
  }

  /**
   * Hands an envelope to ordering; resolves once the orderer has taken it. Throws `FABRIC_REFUSED` with the
   * orderer's text, `FABRIC_TIMEOUT` or `FABRIC_UNREACHABLE`.
   */
  broadcast(envelope: common.Envelope, timeoutMs = BROADCAST_TIMEOUT_MS): Promise<void> {
    const { address } = this;
    const stream = this.#channel.stream(atomicBroadcastService.broadcast, timeoutMs);
    return new Promise<void>((resolve, reject) => {
      stream.on("error", (error: Parameters<typeof describeServiceError>[1]) => reject(describeServiceError(address, error)));
      stream.on("end", () => reject(fabricErrors.create("FABRIC_UNREACHABLE", { address, reason: "the stream ended without an answer" })));
      stream.on("data", ({ status, info }: orderer.BroadcastResponse) => {
        if (status === common.Status.SUCCESS) resolve();
        else reject(fabricErrors.create("FABRIC_REFUSED", { address, reason: `${common.Status[status] ?? status}: ${info}` }));
        stream.end();
      });
      stream.write(envelope);
    });
  }

  /** Blocks as the orderer made them. */
  blocks(request: BlockRequest): AsyncGenerator<common.Block> {
    return readBlocks(this.#channel, atomicBroadcastService.deliver, request, ({ Type }) => {
      if (Type.case === "block") return { item: Type.value };
      return Type.case === "status" ? { status: Type.value } : {};
    });
  }

  /** The newest block of a channel. */
  async newestBlock(channelId: string, identity: SigningIdentity): Promise<common.Block> {
    for await (const block of this.blocks({ channelId, identity, start: "newest", stop: "newest" })) return block;
    throw fabricErrors.create("FABRIC_REFUSED", { address: this.address, reason: `the channel ${channelId} has no block` });
  }

  /** Ends the connection and every call on it. */
  close(): void {
    this.#channel.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
