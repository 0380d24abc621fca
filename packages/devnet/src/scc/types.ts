import { create } from "@bufbuild/protobuf";
import { peer } from "@heddle/fabric/wire";
import type { UnpackedProposal } from "../endorser/proposal.ts";
import type { PeerContext } from "../node/types.ts";
import type { TxSimulator } from "../simulation/simulator.ts";

/** A call of a system chaincode. */
export interface SystemCall {
  readonly peer: PeerContext;
  readonly proposal: UnpackedProposal;
  /** Channel of the call; empty for calls that belong to none. */
  readonly channelId: string;
  readonly simulator: TxSimulator | undefined;
  readonly args: readonly Uint8Array[];
  /** Another chaincode makes the call. */
  readonly nested: boolean;
}

/** A system chaincode: an answer for every call, errors as answers. */
export type SystemChaincode = (call: SystemCall) => Promise<peer.Response> | peer.Response;

/** The answer of a call that went well. */
export function success(payload: Uint8Array = new Uint8Array()): peer.Response {
  return create(peer.ResponseSchema, { status: 200, payload });
}

/** The answer of a call that failed. */
export function failure(message: string, status = 500): peer.Response {
  return create(peer.ResponseSchema, { status, message });
}

/** Runs a call and turns what it throws into an answer. */
export async function answer(
  run: () => Promise<peer.Response> | peer.Response,
  describe: (reason: string) => string = (reason) => reason,
): Promise<peer.Response> {
  try {
    return await run();
  } catch (error) {
    return failure(describe(error instanceof Error ? error.message : String(error)));
  }
}

/** An argument as text. */
export function textArgument(args: readonly Uint8Array[], index: number): string {
  return Buffer.from(args[index] ?? new Uint8Array()).toString("utf8");
}

/** The entry of a table by a name that anybody may have chosen: `constructor` is no entry. */
export function entryOf<Entry>(table: Readonly<Record<string, Entry>>, name: string): Entry | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
