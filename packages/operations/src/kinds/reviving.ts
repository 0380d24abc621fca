import type { NetworkPlace } from "@heddle/runtimes";
import type { StepContext, StepDefinition } from "../engine/types.ts";
import type { World } from "../services/world.ts";

/** Further attempts at a step whose nodes may have ended under it. */
const ATTEMPTS = 3;

/**
 * A step that needs living nodes. Where it failed, it may be because a node or a chaincode ended
 * meanwhile: before another attempt, what has ended is started again.
 */
export function reviving(
  world: World,
  place: (context: StepContext) => Promise<NetworkPlace> | NetworkPlace,
  step: StepDefinition,
): StepDefinition {
  const revive = async (context: StepContext): Promise<void> => {
    if (context.attempt > 1) await world.revive(await place(context), context.signal);
  };
  return {
    ...step,
    retries: Math.max(step.retries ?? 0, ATTEMPTS),
    async probe(context) {
      await revive(context);
      return step.probe(context);
    },
    async run(context) {
      await revive(context);
      return step.run(context);
    },
  };
}
