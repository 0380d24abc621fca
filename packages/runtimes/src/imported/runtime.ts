import { runtimeErrors } from "../errors.ts";
import type { NetworkPlace, NodePlace, RuntimeNetwork } from "../port.ts";
import { LocalRuntime, localParts } from "../process/local-runtime.ts";
import { ForeignNodes } from "./foreign-nodes.ts";

/**
 * Networks that Heddle did not make. It keeps where their nodes answer and runs chaincode for them; of the nodes it owns
 * nothing, and whatever would change them is refused with RUNTIME_IMPORTED. Removing one forgets it.
 */
export class ImportedRuntime extends LocalRuntime<ForeignNodes> {
  readonly name = "imported";

  /** Throws RUNTIME_PLATFORM_NOT_SUPPORTED. */
  constructor(options: { readonly home: string }) {
    super(localParts(options.home, () => new ForeignNodes()));
  }

  /** Throws RUNTIME_ONLY_IMPORTS: there is nothing here that could run new nodes. */
  override requireUsable(): Promise<void> {
    return Promise.reject(runtimeErrors.create("RUNTIME_ONLY_IMPORTS", {}));
  }

  // oxlint-disable-next-line require-await -- errors have to become rejections
  protected override async placed({ answers }: RuntimeNetwork): Promise<readonly NodePlace[]> {
    if (answers === undefined) throw runtimeErrors.create("RUNTIME_ONLY_IMPORTS", {});
    return answers;
  }

  override start({ network }: NetworkPlace): Promise<void> {
    return Promise.reject(runtimeErrors.create("RUNTIME_IMPORTED", { network, what: "start its nodes" }));
  }

  override restartNodes({ network }: NetworkPlace): Promise<void> {
    return Promise.reject(runtimeErrors.create("RUNTIME_IMPORTED", { network, what: "restart its nodes" }));
  }

  override extend({ network }: NetworkPlace): Promise<NetworkPlace> {
    return Promise.reject(runtimeErrors.create("RUNTIME_IMPORTED", { network, what: "add nodes to it" }));
  }

  override copyIn({ network }: NetworkPlace): Promise<void> {
    return Promise.reject(runtimeErrors.create("RUNTIME_IMPORTED", { network, what: "put ledgers into its nodes" }));
  }

  /** Nodes of others have no version that could be set here. */
  override useVersion({ network }: NetworkPlace): Promise<NetworkPlace> {
    return Promise.reject(runtimeErrors.create("RUNTIME_IMPORTED", { network, what: "change the version of its nodes" }));
  }
}
