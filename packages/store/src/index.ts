export { storeErrors } from "./errors.ts";
export { openStore, type StoreOptions } from "./store.ts";
export { openKeyStore } from "./keys/key-store.ts";
export { localMasterKey, type MasterKeyProvider } from "./keys/master-key.ts";
export { activeStates } from "./types.ts";
export type {
  AccountOutcome,
  AccountRecord,
  AccountRepository,
  AuditFilter,
  AuditRecord,
  AuditRepository,
  LoginLinkRepository,
  LoginThrottleRepository,
  SessionLimits,
  SessionRecord,
  SessionRepository,
  ThrottlePolicy,
} from "./account-types.ts";
export type {
  ExplorerRepository,
  HistoryRow,
  IndexBatch,
  IndexedBlock,
  IndexedChannel,
  IndexedText,
  IndexedTransaction,
  IndexedWrite,
  StateRow,
  TransactionFilter,
} from "./explorer-types.ts";
export type {
  ChaincodeRecord,
  ChaincodeRepository,
  EventFilter,
  EventRecord,
  EventRepository,
  JournalEntry,
  JournalEntryType,
  KeyStore,
  NetworkChange,
  NetworkRecord,
  NetworkRepository,
  NetworkState,
  NewEvent,
  OperationFilter,
  OperationRecord,
  OperationRepository,
  OperationState,
  OperationTransition,
  Measurement,
  MeasurementRepository,
  Repositories,
  SealedDataKey,
  SealedSecret,
  SecretRepository,
  SettingRepository,
  Store,
} from "./types.ts";
