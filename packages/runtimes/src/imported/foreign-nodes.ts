import { runtimeErrors } from "../errors.ts";
import { listens } from "../embedded/chaincodes.ts";
import type { LogLine, LogRequest, NetworkPlace } from "../port.ts";
import type { NodeHost, NodeState } from "../process/node-host.ts";

const DIAL_TIMEOUT_MS = 3000;

/** Nodes that somebody else runs: they are dialled, and neither started nor ended nor changed. */
export class ForeignNodes implements NodeHost {
  async start(place: NetworkPlace): Promise<void> {
    return refuse(place, "start its nodes");
  }

  async stop(): Promise<void> {
    // They go on: whoever stops a network stops what Heddle runs of it.
  }

  async pause(place: NetworkPlace): Promise<void> {
    return refuse(place, "stop its nodes");
  }

  async restart(place: NetworkPlace): Promise<void> {
    return refuse(place, "restart its nodes");
  }

  async drop(place: NetworkPlace): Promise<void> {
    return refuse(place, "remove its nodes");
  }

  async leave(place: NetworkPlace): Promise<void> {
    return refuse(place, "take a channel off its peers");
  }

  async clear(place: NetworkPlace): Promise<void> {
    return refuse(place, "clear a channel of its orderers");
  }

  /** A node that takes a connection runs; of the others it is known only that they do not answer here. */
  states({ nodes }: NetworkPlace): Promise<readonly NodeState[]> {
    return Promise.all(
      nodes.map(async ({ host, grpc }): Promise<NodeState> => {
        const answers = await Promise.race([listens(`${host}:${grpc}`), timeout()]);
        return { state: answers ? "running" : "failed", process: undefined };
      }),
    );
  }

  /** None of them is Heddle's to bring back. */
  missing(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  // oxlint-disable-next-line require-yield -- there is nothing to read
  async *logs(place: NetworkPlace, { node }: LogRequest): AsyncGenerator<LogLine> {
    if (node !== undefined) return refuse(place, `read the log of ${node}`);
  }
}

/** Throws RUNTIME_IMPORTED. */
function refuse({ network }: NetworkPlace, what: string): never {
  throw runtimeErrors.create("RUNTIME_IMPORTED", { network, what });
}

function timeout(): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), DIAL_TIMEOUT_MS).unref();
  });
}
