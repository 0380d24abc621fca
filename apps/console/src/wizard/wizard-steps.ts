import type { Catalogue } from "../i18n/catalogue.ts";

/** One step of the wizard. */
export type WizardStep = keyof Catalogue["wizard"]["steps"];

/** The steps in their order. */
export const wizardSteps = [
  "start",
  "organizations",
  "ordering",
  "channels",
  "chaincode",
  "runtime",
  "review",
] as const satisfies readonly WizardStep[];
