import type { Logger } from "pino";
import type { ChannelLedger } from "../ledger/ledger.ts";
import { Chain, type CutMode } from "../orderer/chain.ts";
import type { OrdererContext } from "./types.ts";

interface SharedChain {
  readonly chain: Chain;
  readonly members: Set<OrdererContext>;
}

/** The chains of a process: one a channel, shared by the orderers that have joined it. The first consenter to join leads. */
export class Chains {
  readonly #chains = new Map<string, SharedChain>();
  readonly #cut: CutMode;
  readonly #clock: () => Date;
  readonly #logger: Logger;

  constructor(options: { cut: CutMode; clock: () => Date; logger: Logger }) {
    this.#cut = options.cut;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  get(channelId: string): Chain | undefined {
    return this.#chains.get(channelId)?.chain;
  }

  /** Consenters of a channel, the leader first. */
  members(channelId: string): OrdererContext[] {
    const known = this.#chains.get(channelId);
    return known === undefined ? [] : consenters(known.members, known.chain.ledger);
  }

  join(orderer: OrdererContext, ledger: ChannelLedger): void {
    const known = this.#chains.get(ledger.channelId);
    if (known !== undefined) {
      known.members.add(orderer);
      return;
    }
    const members = new Set([orderer]);
    const identities = () => consenters(members, ledger).map(({ identity }) => identity);
    const chain = new Chain({ ledger, members: identities, cut: this.#cut, clock: this.#clock, logger: this.#logger });
    this.#chains.set(ledger.channelId, { chain, members });
  }

  /** The last orderer to leave ends the chain; when the leader leaves, the next one leads. */
  leave(orderer: OrdererContext, channelId: string): void {
    const known = this.#chains.get(channelId);
    if (known === undefined) return;
    const [leader] = known.members;
    // What waits is written while everybody who has taken it is still there.
    known.chain.flush();
    if (leader === orderer) known.chain.close();
    known.members.delete(orderer);
    if (leader !== orderer) return;
    this.#chains.delete(channelId);
    for (const member of known.members) this.join(member, known.chain.ledger);
  }

  close(): void {
    for (const { chain } of this.#chains.values()) chain.close();
    this.#chains.clear();
  }
}

function consenters(members: ReadonlySet<OrdererContext>, ledger: ChannelLedger): OrdererContext[] {
  return [...members].filter((orderer) => orderer.isConsenter(ledger));
}
