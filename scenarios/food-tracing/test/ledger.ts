import type { Context } from "fabric-contract-api";

interface Written {
  readonly txId: string;
  readonly seconds: number;
  readonly value: Uint8Array;
}

/** A ledger of one peer, as small as the contract needs: state, history, events, and a clock that transactions move. */
export class Ledger {
  readonly #keys = new Map<string, Written[]>();
  readonly events: { name: string; payload: unknown }[] = [];
  #transactions = 0;

  /** Calls `work` as a transaction of an organisation. */
  async as<Result>(mspId: string, work: (ctx: Context) => Promise<Result>): Promise<Result> {
    this.#transactions += 1;
    const written = new Map<string, Uint8Array>();
    const txId = `tx${this.#transactions}`;
    const seconds = 1_700_000_000 + this.#transactions;
    const stub = {
      getTxTimestamp: () => ({ seconds: { toNumber: () => seconds }, nanos: 5_000_000 }),
      getState: (key: string) => Promise.resolve(this.#keys.get(key)?.at(-1)?.value ?? new Uint8Array()),
      putState: (key: string, value: Uint8Array) => Promise.resolve(written.set(key, value)),
      setEvent: (name: string, payload: Uint8Array) =>
        this.events.push({ name, payload: JSON.parse(Buffer.from(payload).toString()) as unknown }),
      getStateByRange: (start: string, end: string) => this.#range(start, end),
      getHistoryForKey: (key: string) => this.#history(key),
    };
    const result = await work({ stub, clientIdentity: { getMSPID: () => mspId } } as unknown as Context);
    for (const [key, value] of written) this.#keys.set(key, [...(this.#keys.get(key) ?? []), { txId, seconds, value }]);
    return result;
  }

  /** Keys with a state. */
  get size(): number {
    return this.#keys.size;
  }

  async *#range(start: string, end: string): AsyncGenerator<{ key: string; value: Uint8Array }> {
    for (const key of [...this.#keys.keys()].toSorted()) {
      const value = this.#keys.get(key)?.at(-1)?.value;
      if (value !== undefined && key >= start && (end === "" || key < end)) yield await Promise.resolve({ key, value });
    }
  }

  /** Newest first, as Fabric gives it. */
  async *#history(key: string): AsyncGenerator<object> {
    for (const { txId, seconds, value } of (this.#keys.get(key) ?? []).toReversed()) {
      yield await Promise.resolve({ txId, value, timestamp: { seconds: { toNumber: () => seconds }, nanos: 0 }, isDelete: false });
    }
  }
}
