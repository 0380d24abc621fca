import { isHeddleError, validateNetwork, type NetworkFile, type Problem } from "@heddle/network";
import type { WizardStep } from "./wizard-steps.ts";

/** What the server would say to a file: the same function, so the same problems. */
export function findProblems(file: NetworkFile): readonly Problem[] {
  try {
    validateNetwork(file);
    return [];
  } catch (error) {
    if (!isHeddleError(error)) throw error;
    return error.problems;
  }
}

const prefixes: readonly (readonly [string, WizardStep])[] = [
  ["metadata", "start"],
  ["spec.organizations", "organizations"],
  ["spec.ordering", "ordering"],
  ["spec.channels", "channels"],
  ["spec.chaincodes", "chaincode"],
  ["spec.runtime", "runtime"],
  ["spec.fabricVersion", "runtime"],
  ["spec.storage", "runtime"],
];

/** The step at which a problem can be mended; one that belongs to none is mended in the YAML of the review. */
export function stepOf({ path }: Problem): WizardStep {
  return prefixes.find(([prefix]) => path.startsWith(prefix))?.[1] ?? "review";
}
