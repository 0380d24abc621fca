import type { NetworkPlace } from "../port.ts";
import { LocalRuntime, localParts } from "../process/local-runtime.ts";
import { NodesProcess } from "./nodes.ts";

/** Runs networks on this machine: one devnet process for all nodes of a network, one process for each chaincode. */
export class EmbeddedRuntime extends LocalRuntime<NodesProcess> {
  readonly name = "embedded";

  /** Throws RUNTIME_PLATFORM_NOT_SUPPORTED. */
  constructor(options: { readonly home: string }) {
    super(localParts(options.home, (layout, processes) => new NodesProcess(layout, processes)));
  }

  resetChannel(place: NetworkPlace, channel: string, block: number, signal?: AbortSignal): Promise<void> {
    return this.turns.take(place.network, async () => {
      await this.requirePlace(place);
      try {
        await this.nodes.reset(place, channel, block);
      } finally {
        await this.startNodes(place, signal);
      }
    });
  }
}
