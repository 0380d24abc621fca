export type { ExpiringCertificate } from "./certificates/warnings.ts";
export { needsRenewal, type CertificateUse, type CertificateView } from "./certificates/calendar.ts";
export type { Consequence } from "./certificates/consequences.ts";
export { OperationEngine, type EngineLogger, type EngineOptions, type OperationDetail } from "./engine/engine.ts";
export { engineErrors } from "./engine/errors.ts";
export { enginePoints, operationPoints } from "./engine/fault.ts";
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
export { operationErrors } from "./errors.ts";
export { operationKinds } from "./kinds/kinds.ts";
export type { ImportResult } from "./kinds/network-import.ts";
export type { ImportRequest, ImportView } from "./services/import.ts";
export type { Receipt } from "./kinds/network-delete.ts";
export type { ChannelProof, NetworkProof } from "./network/prove.ts";
export { MetricsCollector, type MetricsLog } from "./metrics/collector.ts";
export type { Chart, Series } from "./metrics/series.ts";
export type { BackupView } from "./services/backups.ts";
export type { RenewInput } from "./kinds/certificates-renew.ts";
export type { RenewalRequest } from "./services/renewal-selection.ts";
export type { CertificateCalendar, CertificateExpiry, CertificateRehearsal } from "./services/certificate-list.ts";
export type { ConnectRequest, ConnectView } from "./services/connect/connect.ts";
export type { ContractMetadata } from "./services/contract-metadata.ts";
export type { DefinitionView } from "./services/definitions.ts";
export type { IdentityView } from "./services/identity-list.ts";
export type { RuntimeView } from "./services/runtime-list.ts";
export type { ScenarioView } from "./services/scenarios.ts";
export { createServices, type NetworkServices, type NodeView } from "./services/services.ts";
export { World, type WorldParts } from "./services/world.ts";
export type { ScrapedServer } from "./metrics/scrape-configuration.ts";
