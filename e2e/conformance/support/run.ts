import { findStep, runStep, type StepDefinition } from "./step.ts";
import type { Scenario } from "./features.ts";
import type { ConformanceNetwork } from "./network.ts";
import { World } from "./world.ts";
import { administrationSteps } from "./steps/administration.ts";
import { eventSteps } from "./steps/events.ts";
import { expectationSteps } from "./steps/expectations.ts";
import { gatewaySteps } from "./steps/gateway.ts";
import { heddleSteps } from "./steps/heddle.ts";
import { lifecycleSteps } from "./steps/lifecycle.ts";
import { orderingSteps } from "./steps/ordering.ts";
import { proposalSteps } from "./steps/proposals.ts";
import { toolSteps } from "./steps/tools.ts";

const definitions: readonly StepDefinition[] = [
  ...gatewaySteps,
  ...proposalSteps,
  ...eventSteps,
  ...lifecycleSteps,
  ...orderingSteps,
  ...administrationSteps,
  ...toolSteps,
  ...heddleSteps,
  ...expectationSteps,
];

/** Throws where a line of a scenario is written as no step is. */
export function checkSteps(scenarios: readonly Scenario[]): void {
  for (const { steps } of scenarios) for (const { text } of steps) findStep(definitions, text);
}

/**
 * Runs a scenario; what was seen, line by line. Throws for an expectation that is not met, unless the scenario is listed
 * to differ on this runtime: then the transcript says so.
 */
export async function runScenario(network: ConformanceNetwork, scenario: Scenario): Promise<string> {
  const world = await World.begin(network);
  const listed = scenario.difference !== undefined && network.runtime === "embedded";
  for (const one of scenario.steps) {
    const expected = expectationSteps.includes(findStep(definitions, one.text).definition);
    if (!expected) world.begins(one);
    try {
      await runStep(definitions, world, one);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!listed || !expected) throw new Error(`${one.text}\n${reason}\n\n${world.transcript}`, { cause: error });
      world.differs(network.plain(reason));
    }
  }
  return world.transcript;
}
