import type { NetworkFile } from "@heddle/network";
import type { NetworkPlace } from "@heddle/runtimes";
import type { StepContext, StepDefinition } from "../engine/types.ts";
import { proveNetwork } from "../network/prove.ts";
import type { World } from "../services/world.ts";
import { reviving } from "./reviving.ts";

/** What a proof is made from. */
export interface ProofStep {
  readonly file: () => Promise<NetworkFile> | NetworkFile;
  readonly place: (context: StepContext) => Promise<NetworkPlace> | NetworkPlace;
  readonly after?: readonly string[] | undefined;
}

/** The last step of every change: all that should run does, and a transaction commits on every peer. Its result is a NetworkProof. */
export function proofStep(world: World, { file, place, after }: ProofStep): StepDefinition {
  return reviving(world, place, {
    name: "proof",
    title: "Commit a transaction on every peer",
    phase: "proof",
    after,
    // A proof is of this moment: one from before a crash says nothing.
    probe: () => false,
    async run(context) {
      const at = await place(context);
      await world.revive(at, context.signal);
      return proveNetwork(await file(), world.connect(at), context.signal);
    },
  });
}
