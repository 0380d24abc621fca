import path from "node:path";
import type { RuntimePrograms } from "../port.ts";
import { LocalRuntime, localParts } from "../process/local-runtime.ts";
import { toolsFor } from "../toolchain/find.ts";
import { programVersion } from "../toolchain/program.ts";
import { FabricProcesses } from "./nodes.ts";

/** Runs networks on this machine with Hyperledger Fabric's own peers and orderers: one process for each node and chaincode. */
export class NativeRuntime extends LocalRuntime<FabricProcesses> {
  readonly name = "native";
  readonly #home: string;

  /** Throws RUNTIME_PLATFORM_NOT_SUPPORTED. Fabric's programs are looked for when nodes are started. */
  constructor({ home, hungAfterMs }: { readonly home: string; readonly hungAfterMs?: number }) {
    super(localParts(home, (layout, processes) => new FabricProcesses(layout, processes, hungAfterMs)));
    this.#home = home;
  }

  /** Throws RUNTIME_TOOLS_MISSING, TOOLCHAIN_VERSION_UNFIT. */
  async programs(fabricVersion: string): Promise<RuntimePrograms> {
    const { peer } = await toolsFor(this.#home, fabricVersion);
    return { version: (await programVersion(peer))?.text ?? "", folder: path.dirname(peer) };
  }
}
