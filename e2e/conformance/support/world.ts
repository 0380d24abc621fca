import type { Transaction } from "@hyperledger/fabric-gateway";
import { BlockReader } from "./block-lines.ts";
import { CHANNEL, type ConformanceNetwork } from "./network.ts";
import { linesOf, type Outcome } from "./outcome.ts";
import type { Step } from "./features.ts";

/** What a scenario has at hand, and what it has come to. */
export class World {
  readonly network: ConformanceNetwork;
  /** Transactions that a scenario has given a name. */
  readonly transactions = new Map<string, Transaction>();
  readonly #transcript: string[] = [];
  readonly #heights: Map<string, number>;
  readonly #readers = new Map<string, BlockReader>();
  #outcome: Outcome | undefined;

  private constructor(network: ConformanceNetwork, heights: Map<string, number>) {
    this.network = network;
    this.#heights = heights;
  }

  /** A scenario begins. */
  static async begin(network: ConformanceNetwork): Promise<World> {
    const heights = new Map<string, number>();
    for (const channel of [CHANNEL, "side"]) heights.set(channel, await network.height(channel));
    return new World(network, heights);
  }

  /** Blocks are counted from here on: what came before was preparation. */
  async restart(): Promise<void> {
    for (const channel of this.#heights.keys()) this.#heights.set(channel, await this.network.height(channel));
  }

  /** Number of the last block that a channel had when the scenario began. */
  base(channel = CHANNEL): number {
    return (this.#heights.get(channel) ?? 0) - 1;
  }

  /** A block's number, counted from where the scenario began. */
  relative(number: number | bigint, channel = CHANNEL): string {
    const distance = Number(number) - this.base(channel);
    return distance > 0 ? `+${distance}` : "before";
  }

  /** Reads and describes blocks of a channel. */
  blocks(channel = CHANNEL): BlockReader {
    const known = this.#readers.get(channel);
    if (known !== undefined) return known;
    const { people } = this.network;
    const reader = new BlockReader({
      channel,
      peer: this.network.peer("peer0.org1.example.com"),
      reader: people.find("Org1's administrator").identity,
      numberOf: (block) => this.relative(block, channel),
    });
    this.#readers.set(channel, reader);
    return reader;
  }

  /** A line of the scenario is about to run. */
  begins({ text, block }: Step): void {
    this.#transcript.push(`> ${text}`, ...(block === undefined ? [] : block.split("\n").map((line) => `>   ${line}`)));
  }

  /** Keeps what the line has come to. */
  observe(outcome: Outcome): void {
    this.#outcome = outcome;
    this.#transcript.push(...linesOf(outcome).map((line) => `    ${line}`.trimEnd()));
  }

  /** What the last line that did something has come to. Throws where none has. */
  get outcome(): Outcome {
    if (this.#outcome === undefined) throw new Error("nothing was done yet");
    return this.#outcome;
  }

  /** An expectation was not met, where that is known and listed. */
  differs(reason: string): void {
    this.#transcript.push(`    not so here: ${reason}`);
  }

  get transcript(): string {
    return this.#transcript.join("\n");
  }
}
