export { OperationEngine, type EngineLogger, type EngineOptions, type OperationDetail } from "./engine.ts";
export { engineErrors } from "./errors.ts";
export { enginePoints } from "./fault.ts";
export { foldJournal, type StepOutline, type StepProgress, type StepState } from "./progress.ts";
export type {
  OperationContext,
  OperationFailure,
  OperationKind,
  ProbeOutcome,
  Settlement,
  StepContext,
  StepDefinition,
} from "./types.ts";
