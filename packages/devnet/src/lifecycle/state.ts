import { implicitCollection, lifecycleNamespace } from "../definitions/definitions.ts";
import type { ReadHash, WritableState } from "../definitions/serializer.ts";
import type { KeyValue, TxSimulator } from "../simulation/simulator.ts";

/** The public state of `_lifecycle` within a transaction. */
export function publicState(simulator: TxSimulator): WritableState {
  return {
    get: (key) => simulator.getState(lifecycleNamespace, key),
    put: (key, value) => simulator.putState(lifecycleNamespace, key, value),
    delete: (key) => simulator.delState(lifecycleNamespace, key),
  };
}

/** What one organisation has approved; readable and writable by its own peers only. */
export function organizationState(simulator: TxSimulator, mspId: string): WritableState {
  const collection = implicitCollection(mspId);
  return {
    get: (key) => simulator.getPrivateData(lifecycleNamespace, collection, key),
    put: (key, value) => simulator.putPrivateData(lifecycleNamespace, collection, key, value),
    delete: (key) => simulator.delPrivateData(lifecycleNamespace, collection, key),
  };
}

/** A range of what one organisation has approved, from `start` (included) to `end` (excluded). */
export function organizationRange(simulator: TxSimulator, mspId: string, start: string, end: string): KeyValue[] {
  return simulator.getPrivateDataByRange(lifecycleNamespace, implicitCollection(mspId), start, end);
}

/** What can be seen of any organisation's approvals: hashes. */
export function organizationHashes(simulator: TxSimulator, mspId: string): ReadHash {
  return (key) => simulator.getPrivateDataHash(lifecycleNamespace, implicitCollection(mspId), key);
}
