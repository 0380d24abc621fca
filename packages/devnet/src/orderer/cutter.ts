/** When a block is full. Sizes in bytes. */
export interface CutterLimits {
  readonly maxMessageCount: number;
  readonly preferredMaxBytes: number;
}

/** Groups messages into blocks by count and size; time is its owner's business (Fabric: orderer/common/blockcutter). */
export class BlockCutter {
  #pending: Uint8Array[] = [];
  #bytes = 0;

  /** How many messages wait. */
  get pending(): number {
    return this.#pending.length;
  }

  /** Takes a message; the batches that are complete because of it. */
  add(message: Uint8Array, limits: CutterLimits): Uint8Array[][] {
    const batches: Uint8Array[][] = [];
    if (message.length > limits.preferredMaxBytes) {
      if (this.#pending.length > 0) batches.push(this.cut());
      batches.push([message]);
      return batches;
    }
    if (this.#bytes + message.length > limits.preferredMaxBytes && this.#pending.length > 0) batches.push(this.cut());
    this.#pending.push(message);
    this.#bytes += message.length;
    if (this.#pending.length >= limits.maxMessageCount) batches.push(this.cut());
    return batches;
  }

  /** Everything that waits, as one batch; empty when nothing does. */
  cut(): Uint8Array[] {
    const batch = this.#pending;
    this.#pending = [];
    this.#bytes = 0;
    return batch;
  }
}
