export { OperationEngine, type EngineLogger, type EngineOptions, type OperationDetail } from "./engine/engine.ts";
export { engineErrors } from "./engine/errors.ts";
export { enginePoints } from "./engine/fault.ts";
export { foldJournal, type StepOutline, type StepProgress, type StepState } from "./engine/progress.ts";
export type {
  OperationContext,
  OperationFailure,
  OperationKind,
  ProbeOutcome,
  Settlement,
  StepContext,
  StepDefinition,
} from "./engine/types.ts";
