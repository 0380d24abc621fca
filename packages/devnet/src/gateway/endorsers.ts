import { status } from "@grpc/grpc-js";
import type { peer } from "@heddle/fabric/wire";
import type { Endorser, EndorserOutcome } from "../endorser/endorser.ts";
import type { PeerContext } from "../node/types.ts";

/** A peer that can be asked to endorse, and its endorser. */
export interface EndorsingPeer {
  readonly context: PeerContext;
  readonly endorser: Endorser;
}

/** How a peer's answer is to be taken (Fabric: internal/pkg/gateway, responseStatus). */
export interface Judgement {
  readonly code: status;
  readonly message: string;
  /** Another peer may do better; an evaluation then asks one. */
  readonly retry: boolean;
  readonly response: peer.ProposalResponse | undefined;
}

/** One client's request, as its peers are asked. */
export interface Inquiry {
  /** The gateway's own peer. */
  readonly own: PeerContext;
  readonly signed: peer.SignedProposal;
  /** How long a peer other than its own may take. */
  readonly timeoutMs: number;
  /** Fires when the client is gone or its deadline has passed. */
  readonly signal: AbortSignal;
}

/**
 * Asks a peer. A peer other than the gateway's own is heard as over gRPC: with an error its response is lost,
 * and it has to answer in time; how long the own peer may take is its chaincode's timeout alone.
 * Rejects with the signal's reason.
 */
export async function askPeer(target: EndorsingPeer, { own, signed, timeoutMs, signal }: Inquiry): Promise<Judgement> {
  signal.throwIfAborted();
  const outcome = target.endorser.process(signed);
  if (target.context === own) return judge(await before(outcome, signal));
  return judge(remote(await before(outcome, signal, timeoutMs)));
}

const TIMED_OUT = Symbol("timed out");

function before(outcome: Promise<EndorserOutcome>, signal: AbortSignal): Promise<EndorserOutcome>;
function before(outcome: Promise<EndorserOutcome>, signal: AbortSignal, timeoutMs: number): Promise<EndorserOutcome | typeof TIMED_OUT>;
async function before(
  outcome: Promise<EndorserOutcome>,
  signal: AbortSignal,
  timeoutMs?: number,
): Promise<EndorserOutcome | typeof TIMED_OUT> {
  const other = Promise.withResolvers<typeof TIMED_OUT>();
  const abort = (): void => other.reject(signal.reason as Error);
  signal.addEventListener("abort", abort);
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => other.resolve(TIMED_OUT), timeoutMs);
  try {
    return await Promise.race([outcome, other.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}

function remote(outcome: EndorserOutcome | typeof TIMED_OUT): EndorserOutcome {
  if (outcome === TIMED_OUT) return { error: "rpc error: code = DeadlineExceeded desc = context deadline exceeded" };
  return outcome.error === undefined ? outcome : { error: `rpc error: code = Unknown desc = ${outcome.error}` };
}

function judge({ response, error }: EndorserOutcome): Judgement {
  if (error !== undefined) {
    return response === undefined
      ? { code: status.UNAVAILABLE, message: error, retry: true, response: undefined }
      : { code: status.FAILED_PRECONDITION, message: error, retry: false, response: undefined };
  }
  const { status: code = 0, message = "" } = response?.response ?? {};
  if (code >= 200 && code < 400) return { code: status.OK, message: "", retry: false, response };
  if (code === 500 && (response?.payload.length ?? 0) === 0) return { code: status.ABORTED, message, retry: true, response: undefined };
  return { code: status.UNKNOWN, message: `chaincode response ${code}, ${message}`, retry: false, response: undefined };
}
