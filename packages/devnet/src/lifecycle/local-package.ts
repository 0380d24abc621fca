import { implicitCollection, lifecycleNamespace, definitionsPrefix, type ChaincodeDefinition } from "../definitions/definitions.ts";
import { encodeField, fieldKey } from "../definitions/serializer.ts";
import type { StateView } from "../ledger/types.ts";
import { approvedPackage } from "./checks.ts";
import { approvalName, committedAsProposed, parametersStructure } from "./parameters.ts";

/** Whether an organisation has approved the committed definition as it stands. */
export function hasApproved(view: StateView, mspId: string, name: string, definition: ChaincodeDefinition): boolean {
  const approval = approvalName(name, definition.sequence);
  return parametersStructure(committedAsProposed(name, definition)).fields.every(([field, value]) => {
    const kept = view.getPrivate(mspId, lifecycleNamespace, implicitCollection(mspId), fieldKey(definitionsPrefix, approval, field));
    return kept !== undefined && Buffer.compare(kept.value, encodeField(value)) === 0;
  });
}

/** The package that an organisation runs for a committed definition; undefined when it runs none. */
export function localPackage(view: StateView, mspId: string, name: string, definition: ChaincodeDefinition): string | undefined {
  const get = (key: string): Uint8Array | undefined => view.getPrivate(mspId, lifecycleNamespace, implicitCollection(mspId), key)?.value;
  return approvedPackage(name, definition.sequence, get);
}
