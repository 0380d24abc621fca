import { fabricErrors } from "../errors.ts";
import type { SigningIdentity } from "../msp/signing-identity.ts";
import type { orderer } from "../wire.ts";
import { common } from "../wire.ts";
import { readBlocks, type BlockRequest } from "./block-stream.ts";
import { NodeChannel, type NodeAddress } from "./channel.ts";
import { describeServiceError } from "./failure.ts";
import { atomicBroadcastService } from "./services.ts";

/** Speaks to one orderer: sends envelopes, reads blocks. */
export class OrdererClient implements Disposable {
  readonly #channel: NodeChannel;

  constructor(node: NodeAddress) {
    this.#channel = new NodeChannel(node);
  }

  get address(): string {
    return this.#channel.address;
  }

  /** Hands an envelope to ordering; resolves once the orderer has taken it. Throws `FABRIC_REFUSED` with the orderer's text. */
  broadcast(envelope: common.Envelope): Promise<void> {
    const stream = this.#channel.stream(atomicBroadcastService.broadcast);
    return new Promise((resolve, reject) => {
      stream.on("error", (error: Parameters<typeof describeServiceError>[1]) => reject(describeServiceError(this.address, error)));
      stream.on("end", () =>
        reject(fabricErrors.create("FABRIC_UNREACHABLE", { address: this.address, reason: "the stream ended without an answer" })),
      );
      stream.on("data", (response: orderer.BroadcastResponse) => {
        if (response.status === common.Status.SUCCESS) resolve();
        else
          reject(
            fabricErrors.create("FABRIC_REFUSED", {
              address: this.address,
              reason: `${common.Status[response.status] ?? response.status}: ${response.info}`,
            }),
          );
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

  close(): void {
    this.#channel.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
