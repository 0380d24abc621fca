import type { Generated } from "kysely";

/**
 * The tables, the same on both databases: times are milliseconds since 1970,
 * JSON is text, flags are 0 or 1.
 */
export interface Schema {
  networks: {
    name: string;
    spec: string;
    state: string;
    runtime: string;
    runtime_ref: string | null;
    proof: string | null;
    created_at: number;
    updated_at: number;
  };
  chaincodes: {
    network: string;
    channel: string;
    name: string;
    version: string;
    sequence: number;
    package_id: string;
    detail: string;
    deployed_at: number;
  };
  operations: {
    id: string;
    kind: string;
    network: string | null;
    summary: string;
    input: string;
    state: string;
    error: string | null;
    result: string | null;
    exclusive: number;
    cancel_requested: number;
    owner: string | null;
    fence: number;
    lease_until: number | null;
    created_at: number;
    started_at: number | null;
    finished_at: number | null;
    actor: string | null;
  };
  journal: {
    id: Generated<number>;
    operation: string;
    type: string;
    step: string;
    attempt: number;
    at: number;
    data: string | null;
  };
  events: {
    id: Generated<number>;
    at: number;
    type: string;
    network: string | null;
    operation: string | null;
    data: string;
  };
  data_keys: { network: string; master_key_id: string; sealed: Uint8Array };
  secrets: { network: string; name: string; sealed: Uint8Array };
  settings: { key: string; value: string };
  explorer_channels: {
    id: Generated<number>;
    network: string;
    channel: string;
    next: number;
    tip_hash: Uint8Array;
    transactions: number;
    invalid: number;
    problem: string | null;
    last_at: number | null;
    high_at: number;
  };
  explorer_terms: { id: Generated<number>; channel: number; kind: string; value: string };
  explorer_shapes: { id: Generated<number>; channel: number; kind: number; code: number; chaincode: number; creator: number };
  explorer_blocks: {
    channel: number;
    number: number;
    hash: Uint8Array;
    previous_hash: Uint8Array;
    data_hash: Uint8Array;
    transactions: number;
    invalid: number;
    bytes: number;
    kind: string;
    at: number | null;
    orderer: string | null;
    signatures: number;
    verified: number;
    first_at: number | null;
    high_at: number;
    late: number;
  };
  explorer_transactions: {
    channel: number;
    block: number;
    idx: number;
    tx_id: Uint8Array;
    at: number | null;
    shape: number;
    fn: number | null;
  };
  explorer_writes: {
    channel: number;
    namespace: number;
    key: Uint8Array;
    long_key: Uint8Array | null;
    block: number;
    idx: number;
    value: Uint8Array | null;
  };
  measurements: { network: string; resolution: number; at: number; data: string };
  accounts: { name: string; role: string; password_hash: string | null; created_at: number; last_login_at: number | null };
  sessions: { id: string; account: string; created_at: number; last_used_at: number; expires_at: number };
  login_links: { id: string; account: string; expires_at: number };
  login_throttle: { key: string; failures: number; last_at: number };
  audit: {
    id: Generated<number>;
    at: number;
    actor: string | null;
    action: string;
    target: string | null;
    outcome: string;
    operation: string | null;
    address: string | null;
  };
}

/** Text of a JSON column; `undefined` becomes `null`. */
export function toJson(value: unknown): string {
  return JSON.stringify(value ?? null);
}

/** Value of a JSON column; SQL NULL and JSON null become `undefined`. */
export function fromJson(text: string | null): unknown {
  if (text === null) return undefined;
  const value: unknown = JSON.parse(text);
  return value ?? undefined;
}

/** Date of a nullable time column. */
export function toDate(milliseconds: number | null): Date | undefined {
  return milliseconds === null ? undefined : new Date(milliseconds);
}
