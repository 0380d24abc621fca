import { lifecycleNamespace, readDefinition, type ChaincodeDefinition } from "../definitions/definitions.ts";
import type { ChannelLedger } from "../ledger/ledger.ts";
import type { StateView } from "../ledger/types.ts";
import { hasApproved, localPackage } from "./local-package.ts";

/** What an organisation makes of a chaincode's name, in one state of a channel. */
export interface Running {
  /** Undefined when no chaincode is committed under the name. */
  readonly definition: ChaincodeDefinition | undefined;
  /** Whether the organisation has approved the definition as it stands. */
  readonly approved: boolean;
  /** The package it has named for that; undefined when none. */
  readonly packageId: string | undefined;
}

interface Known {
  readonly lifecycleHeight: number;
  readonly byName: Map<string, Running>;
}

const known = new WeakMap<ChannelLedger, Known>();

/** Looks at definition, approval and package once for each change of `_lifecycle`, not once a transaction. Throws where a definition cannot be decoded. */
export function runningOf(ledger: ChannelLedger, view: StateView, mspId: string, name: string): Running {
  const { lifecycleHeight } = ledger;
  if (view.height < lifecycleHeight) return look(view, mspId, name);
  let now = known.get(ledger);
  if (now?.lifecycleHeight !== lifecycleHeight) {
    now = { lifecycleHeight, byName: new Map() };
    known.set(ledger, now);
  }
  const key = `${mspId} ${name}`;
  let running = now.byName.get(key);
  if (running === undefined) {
    running = look(view, mspId, name);
    now.byName.set(key, running);
  }
  return running;
}

function look(view: StateView, mspId: string, name: string): Running {
  const definition = readDefinition((key) => view.get(lifecycleNamespace, key)?.value, name);
  if (definition === undefined) return { definition, approved: false, packageId: undefined };
  const approved = hasApproved(view, mspId, name, definition);
  return { definition, approved, packageId: approved ? localPackage(view, mspId, name, definition) : undefined };
}
