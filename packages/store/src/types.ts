import type {
  AccountRepository,
  AuditRepository,
  LoginLinkRepository,
  LoginThrottleRepository,
  SessionRepository,
} from "./account-types.ts";

import type { ExplorerRepository } from "./explorer-types.ts";

/** State of a network, for people. */
export type NetworkState = "creating" | "ready" | "failed" | "changing" | "deleting";

/** A network as the store keeps it. `Spec`, `Proof` and `RuntimeRef` are JSON and belong to their packages. */
export interface NetworkRecord {
  readonly name: string;
  /** The network file, parsed (NetworkFile of `@heddle/network`). */
  readonly spec: unknown;
  readonly state: NetworkState;
  readonly runtime: string;
  /** What the runtime needs to find the network again; `undefined` until prepared. */
  readonly runtimeRef: unknown;
  /** The last proof of readiness. */
  readonly proof: unknown;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Fields of a network that change. `undefined` leaves a field as it is, `null` clears it. */
export interface NetworkChange {
  readonly spec?: unknown;
  readonly state?: NetworkState;
  readonly runtimeRef?: unknown;
  readonly proof?: unknown;
}

/** Networks by name. Each change appends a `network.changed` event in the same transaction. */
export interface NetworkRepository {
  /** Throws STORE_NETWORK_EXISTS. */
  insert(network: { readonly name: string; readonly spec: unknown; readonly runtime: string; readonly state: NetworkState }): Promise<void>;
  get(name: string): Promise<NetworkRecord | undefined>;
  list(): Promise<NetworkRecord[]>;
  /** Throws STORE_NETWORK_NOT_FOUND. */
  update(name: string, change: NetworkChange): Promise<void>;
  /** Removes the row; true if there was one. Chaincodes go with it; operations and events stay as history. */
  delete(name: string): Promise<boolean>;
}

/** A chaincode definition that Heddle deployed. */
export interface ChaincodeRecord {
  readonly network: string;
  readonly channel: string;
  readonly name: string;
  readonly version: string;
  readonly sequence: number;
  readonly packageId: string;
  /** Kind-specific details as JSON: source, language, endorsement policy, service ids. */
  readonly detail: unknown;
  readonly deployedAt: Date;
}

/** Deployed chaincodes, one for each network, channel and name. */
export interface ChaincodeRepository {
  /** Inserts or replaces. */
  put(chaincode: Omit<ChaincodeRecord, "deployedAt">): Promise<void>;
  get(network: string, channel: string, name: string): Promise<ChaincodeRecord | undefined>;
  list(network: string): Promise<ChaincodeRecord[]>;
  delete(network: string, channel: string, name: string): Promise<boolean>;
}

/** `undoing`: going back; `waiting` is not a state: an operation without an owner is `queued`. */
export type OperationState = "queued" | "running" | "undoing" | "succeeded" | "failed" | "cancelled";

/** The states in which an operation still has work to do. */
export const activeStates: readonly OperationState[] = ["queued", "running", "undoing"];

/** An operation: what people see of it, and its lease. */
export interface OperationRecord {
  readonly id: string;
  readonly kind: string;
  readonly network: string | undefined;
  readonly summary: string;
  readonly input: unknown;
  readonly state: OperationState;
  readonly error: unknown;
  /** What the operation made known at its end, such as a proof or a receipt. */
  readonly result: unknown;
  readonly exclusive: boolean;
  readonly cancelRequested: boolean;
  /** Name of the account that submitted it; `undefined` for Heddle itself. */
  readonly actor: string | undefined;
  /** Whoever holds the lease. */
  readonly owner: string | undefined;
  /** Fencing token: grows with each claim; a write with an old one is refused. */
  readonly fence: number;
  readonly leaseUntil: Date | undefined;
  readonly createdAt: Date;
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date | undefined;
}

/** What happened to a step. `planned` belongs to the operation and carries the outline of its steps. */
export type JournalEntryType = "planned" | "started" | "done" | "failed" | "undo-started" | "undone" | "undo-failed";

/** One line of the append-only journal. */
export interface JournalEntry {
  readonly operation: string;
  readonly type: JournalEntryType;
  /** Empty for `planned`. */
  readonly step: string;
  readonly attempt: number;
  readonly at: Date;
  /** Result of `done`, error of `failed` and `undo-failed`, outline of `planned`; JSON. */
  readonly data: unknown;
}

/** An event, before it has its id. */
export interface NewEvent {
  readonly type: string;
  readonly network: string | undefined;
  readonly operation: string | undefined;
  readonly data: unknown;
}

/** One line of the append-only event table. Ids grow, and are seen in the order they grow. */
export interface EventRecord extends NewEvent {
  readonly id: number;
  readonly at: Date;
}

/** Filter of {@link EventRepository.after}. */
export interface EventFilter {
  readonly network?: string | undefined;
  readonly operation?: string | undefined;
  /** Default 500. */
  readonly limit?: number | undefined;
}

/** The append-only event table. */
export interface EventRepository {
  append(events: readonly NewEvent[]): Promise<void>;
  /** Events with an id above `id`, in order. */
  after(id: number, filter?: EventFilter): Promise<EventRecord[]>;
  /** Events of a network but for those of one operation: what {@link OperationRepository.deleteFor} removes. */
  count(network: string, exceptOperation: string): Promise<number>;
  /** Id of the last event, 0 when there is none. */
  lastId(): Promise<number>;
  /** Removes the events before `date` except for the last one; returns how many. */
  prune(before: Date): Promise<number>;
}

/** A change of state; fields left out stay as they are. */
export interface OperationTransition {
  readonly state: OperationState;
  readonly error?: unknown;
  readonly result?: unknown;
}

/** Filter of {@link OperationRepository.list}; newest first. */
export interface OperationFilter {
  readonly network?: string | undefined;
  readonly states?: readonly OperationState[] | undefined;
  /** Default 100. */
  readonly limit?: number | undefined;
}

/** Operations, their leases and their journal. */
export interface OperationRepository {
  insert(
    operation: Pick<OperationRecord, "id" | "kind" | "network" | "summary" | "input" | "exclusive"> &
      Partial<Pick<OperationRecord, "actor">>,
  ): Promise<void>;
  get(id: string): Promise<OperationRecord | undefined>;
  list(filter?: OperationFilter): Promise<OperationRecord[]>;
  /**
   * Takes the lease of an active operation that has no owner or whose lease has
   * run out at `now` (with `force`: of any); returns it with its new fencing token.
   */
  claim(
    id: string,
    owner: string,
    lease: { readonly now: Date; readonly until: Date; readonly force?: boolean },
  ): Promise<OperationRecord | undefined>;
  /** Prolongs the lease; `undefined` when it was lost. */
  renew(id: string, fence: number, until: Date): Promise<OperationRecord | undefined>;
  /** Gives the lease back, leaving the state. */
  release(id: string, fence: number): Promise<void>;
  /** Changes the state under the lease. Throws STORE_LEASE_LOST. */
  transition(id: string, fence: number, change: OperationTransition): Promise<void>;
  /** Marks an active operation as to be cancelled; false if it is not active. */
  requestCancel(id: string): Promise<boolean>;
  /** Opens an operation again that is over: `queued`, or `undoing` to take its steps back. False if its state was not `from`. */
  reopen(id: string, from: OperationState, to: "queued" | "undoing"): Promise<boolean>;
  /** Appends to the journal under the lease, with the events that tell of it. Throws STORE_LEASE_LOST. */
  record(id: string, fence: number, entries: readonly Omit<JournalEntry, "operation">[], events: readonly NewEvent[]): Promise<void>;
  journal(id: string): Promise<JournalEntry[]>;
  /** Removes a network's operations that are over, with their journals, and its events; `except` and its events stay. Returns how many operations. */
  deleteFor(network: string, except?: string): Promise<number>;
}

/** Small settings by key, JSON values. */
export interface SettingRepository {
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<boolean>;
}

/** A sealed secret: AES-256-GCM under the data key of its network. */
export interface SealedSecret {
  readonly network: string;
  /** Path-like name, such as `org1.example.com/users/Admin/sign`. */
  readonly name: string;
  readonly sealed: Uint8Array;
}

/** A network's data key, sealed under the master key. */
export interface SealedDataKey {
  readonly network: string;
  readonly masterKeyId: string;
  readonly sealed: Uint8Array;
}

/** Sealed keys; use the {@link KeyStore} instead, which opens them. */
export interface SecretRepository {
  dataKey(network: string): Promise<SealedDataKey | undefined>;
  /** Keeps the one that is there already. */
  insertDataKey(key: SealedDataKey): Promise<void>;
  put(secrets: readonly SealedSecret[]): Promise<void>;
  get(network: string, name: string): Promise<SealedSecret | undefined>;
  names(network: string): Promise<string[]>;
  /** Removes secrets; returns how many there were. */
  delete(network: string, names: readonly string[]): Promise<number>;
  /** Removes the data key and every secret of the network; returns how many rows. */
  deleteFor(network: string): Promise<number>;
}

/** What was measured of a network at a time. */
export interface Measurement {
  readonly network: string;
  /** Seconds that it stands for. */
  readonly resolution: number;
  readonly at: Date;
  /** JSON. */
  readonly data: unknown;
}

/** Measurements of networks, at several resolutions. */
export interface MeasurementRepository {
  /** Keeps a measurement, unless its network is gone. */
  put(measurement: Measurement): Promise<void>;
  /** Of one resolution, oldest first; both ends belong to the range. */
  range(network: string, resolution: number, from: Date, to: Date): Promise<Measurement[]>;
  /** Removes those of a resolution that are older; returns how many. */
  prune(resolution: number, before: Date): Promise<number>;
}

/** All repositories over one connection or one transaction. */
export interface Repositories {
  readonly networks: NetworkRepository;
  readonly chaincodes: ChaincodeRepository;
  readonly operations: OperationRepository;
  readonly events: EventRepository;
  readonly secrets: SecretRepository;
  readonly settings: SettingRepository;
  readonly measurements: MeasurementRepository;
  readonly explorer: ExplorerRepository;
  readonly accounts: AccountRepository;
  readonly sessions: SessionRepository;
  readonly loginLinks: LoginLinkRepository;
  readonly loginThrottle: LoginThrottleRepository;
  readonly audit: AuditRepository;
}

/** An open store. */
export interface Store extends Repositories {
  readonly dialect: "sqlite" | "postgres";
  /** Runs `work` in one transaction; an error rolls it back. */
  transaction<Result>(work: (repositories: Repositories) => Promise<Result>): Promise<Result>;
  /** Calls `listener` after events were appended by this process; returns the way to stop it. */
  onEvents(listener: () => void): () => void;
  /** Folds SQLite's write-ahead log into the file and empties it, so that overwritten keys are not left in it. Nothing on PostgreSQL. */
  checkpoint(): Promise<void>;
  close(): Promise<void>;
}

/** The secrets of a network as they are sealed, in base64: what a backup keeps. They open under the master key named here only. */
export interface SealedKeys {
  readonly network: string;
  readonly masterKeyId: string;
  readonly dataKey: string;
  /** By the secrets' names. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Private keys and other secrets of networks, sealed with envelope encryption. */
export interface KeyStore {
  /** Seals and keeps; replaces what was there under the same name. */
  put(network: string, name: string, secret: string | Uint8Array): Promise<void>;
  /** As {@link put}, in one transaction. */
  putAll(network: string, secrets: ReadonlyMap<string, string | Uint8Array>): Promise<void>;
  /** Throws STORE_SECRET_NOT_FOUND, STORE_SECRET_DAMAGED. */
  get(network: string, name: string): Promise<string>;
  find(network: string, name: string): Promise<string | undefined>;
  names(network: string): Promise<string[]>;
  /** Removes secrets, also from the write-ahead log; returns how many there were. */
  delete(network: string, names: readonly string[]): Promise<number>;
  /** Destroys the network's data key and secrets; returns how many rows went. */
  deleteFor(network: string): Promise<number>;
  /** All secrets of a network, sealed as they are. Throws STORE_SECRET_NOT_FOUND where it has none. */
  sealed(network: string): Promise<SealedKeys>;
  /** The secrets, by name, of what {@link sealed} gave. Throws STORE_MASTER_KEY_MISMATCH, STORE_SECRET_DAMAGED. */
  openSealed(keys: SealedKeys): Promise<Map<string, string>>;
  /**
   * Keeps for a network what {@link sealed} gave, maybe for a network of another name, under a data key of its own;
   * replaces secrets of the same names. Throws STORE_MASTER_KEY_MISMATCH, STORE_SECRET_DAMAGED, keeping none.
   */
  putSealed(network: string, keys: SealedKeys): Promise<void>;
}
