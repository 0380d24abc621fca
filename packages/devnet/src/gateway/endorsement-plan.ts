import { status } from "@grpc/grpc-js";
import type { peer } from "@heddle/fabric/wire";
import type { Judgement } from "./endorsers.ts";
import { GatewayError, type NodeFailure } from "./errors.ts";
import type { Layout } from "./layouts.ts";

/** What a plan has to know of a peer. */
export interface PlannedPeer {
  readonly context: { readonly mspId: string; readonly address: string };
}

/** A layout, and what it still lacks. */
interface OpenLayout {
  /** Endorsements that are missing, by MSP id. */
  readonly missing: Map<string, number>;
  readonly responses: peer.ProposalResponse[];
}

/**
 * Collects the endorsements of one of several layouts: all peers of a layout are asked at once, a peer that fails
 * is replaced by another of its organisation, and a layout that cannot be had gives way to the next one
 * (Fabric: internal/pkg/gateway/endorsement.go).
 */
export class EndorsementPlan<Peer extends PlannedPeer> {
  readonly #layouts: OpenLayout[];
  /** Peers that have not been asked yet, by MSP id. */
  readonly #waiting: Map<string, Peer[]>;
  readonly #failures: NodeFailure[] = [];
  #payload: Uint8Array | undefined;
  #complete: OpenLayout | undefined;

  /** @param peers those that may be asked, in the order in which they are. */
  constructor(layouts: readonly Layout[], peers: readonly Peer[]) {
    this.#layouts = layouts.map((layout) => ({ missing: new Map(layout), responses: [] }));
    this.#waiting = Map.groupBy(peers, ({ context }) => context.mspId);
  }

  /** Counts an endorsement. False when it is not of the same result as those before. */
  accept(endorser: Peer, response: peer.ProposalResponse): boolean {
    const { mspId, address } = endorser.context;
    this.#waiting.set(
      mspId,
      (this.#waiting.get(mspId) ?? []).filter((one) => one !== endorser),
    );
    this.#payload ??= response.payload;
    if (Buffer.compare(this.#payload, response.payload) !== 0) {
      this.#failures.push({ address, mspId, message: "ProposalResponsePayloads do not match" });
      return false;
    }
    for (const layout of this.#layouts) {
      const missing = layout.missing.get(mspId);
      if (missing === undefined) continue;
      layout.responses.push(response);
      if (missing > 1) layout.missing.set(mspId, missing - 1);
      else layout.missing.delete(mspId);
      if (layout.missing.size === 0) {
        this.#complete ??= layout;
        return true;
      }
    }
    return true;
  }

  /** Asks peers until a layout is complete; its responses. Throws {@link GatewayError} ABORTED when none can be. */
  async collect(ask: (endorser: Peer) => Promise<Judgement>): Promise<readonly peer.ProposalResponse[]> {
    for (let layout = this.#layouts[0]; this.#complete === undefined && layout !== undefined; layout = this.#layouts[0]) {
      const endorsers = this.#take(layout);
      const results = endorsers === undefined ? [] : await Promise.all(endorsers.map((endorser) => this.#endorse(endorser, ask)));
      if (this.#complete !== undefined) break;
      const spent = results.filter((mspId) => mspId !== undefined);
      for (const other of Array.from(this.#layouts)) {
        if (other === layout || spent.some((mspId) => other.missing.has(mspId))) this.#layouts.splice(this.#layouts.indexOf(other), 1);
      }
    }
    if (this.#complete !== undefined) return this.#complete.responses;
    throw new GatewayError(
      status.ABORTED,
      "failed to collect enough transaction endorsements, see attached details for more info",
      this.#failures,
    );
  }

  /** The peers to ask for a layout; undefined when too few are left. */
  #take(layout: OpenLayout): Peer[] | undefined {
    const groups = [...layout.missing].map(([mspId, count]) => ({ waiting: this.#waiting.get(mspId) ?? [], count }));
    if (groups.some(({ waiting, count }) => waiting.length < count)) return undefined;
    return groups.flatMap(({ waiting, count }) => waiting.splice(0, count));
  }

  /** One endorsement from a peer, or another of its organisation. The MSP id when none of them gives one. */
  async #endorse(first: Peer, ask: (endorser: Peer) => Promise<Judgement>): Promise<string | undefined> {
    const { mspId } = first.context;
    for (let endorser: Peer | undefined = first; endorser !== undefined; endorser = this.#waiting.get(mspId)?.shift()) {
      const { response, message } = await ask(endorser);
      if (response === undefined) this.#failures.push({ address: endorser.context.address, mspId, message });
      else if (this.accept(endorser, response)) return undefined;
    }
    return mspId;
  }
}
