import { peer } from "@heddle/fabric/wire";

/** Transactions that a ledger has taken since the process began, by validation code. */
export class TransactionCounts {
  readonly #byCode = new Map<number, number>();

  /** Notes the codes of a block. */
  note(codes: Iterable<number>): void {
    for (const code of codes) this.#byCode.set(code, (this.#byCode.get(code) ?? 0) + 1);
  }

  /** Name of a code, such as `VALID`, and how many. */
  entries(): [code: string, count: number][] {
    return [...this.#byCode].map(([code, count]) => [peer.TxValidationCode[code] ?? String(code), count]);
  }
}
