import { LocalRuntime, localParts } from "../process/local-runtime.ts";
import { FabricProcesses } from "./nodes.ts";

/** Runs networks on this machine with Hyperledger Fabric's own peers and orderers: one process for each node and chaincode. */
export class NativeRuntime extends LocalRuntime<FabricProcesses> {
  readonly name = "native";

  /** Throws RUNTIME_PLATFORM_NOT_SUPPORTED. Fabric's programs are looked for when nodes are started. */
  constructor({ home, hungAfterMs }: { readonly home: string; readonly hungAfterMs?: number }) {
    super(localParts(home, (layout, processes) => new FabricProcesses(layout, processes, hungAfterMs)));
  }
}
