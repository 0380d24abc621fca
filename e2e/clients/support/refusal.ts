import { status } from "@grpc/grpc-js";
import type { TestNetwork } from "../../../packages/devnet/test/support/network.ts";
import { onRealFabric } from "./network.ts";

/**
 * Codes of a call whose deadline has passed. Client and server both watch it; where a real peer's word comes first,
 * it is a stream that was cancelled.
 */
export const DEADLINE_PASSED: readonly number[] = onRealFabric ? [status.DEADLINE_EXCEEDED, status.CANCELLED] : [status.DEADLINE_EXCEEDED];

/** The error that a call ends with. Throws when there is none, or one of another class. */
export async function refusal<Kind extends Error>(kind: abstract new (...args: never) => Kind, call: Promise<unknown>): Promise<Kind> {
  let result: unknown;
  try {
    result = await call;
  } catch (error) {
    if (error instanceof kind) return error;
    throw error;
  }
  throw new Error(`the call was not refused; it gave ${String(result)}`);
}

/** The details by which an error names an organisation's peer. */
export function namesPeer(
  network: TestNetwork,
  organization: 1 | 2,
  message: unknown,
): { address: string; mspId: string; message: unknown } {
  const { peer, material } = network.organization(organization);
  return { address: peer.address, mspId: material.mspId, message };
}
