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
  /** Another peer may do better. */
  readonly retry: boolean;
  readonly response: peer.ProposalResponse | undefined;
}

/** How long a peer may take. */
export const ENDORSE_TIMEOUT_MS = 30_000;

/** Asks a peer. A peer other than the gateway's own is heard as over gRPC: with an error its response is lost. */
export async function askPeer(target: EndorsingPeer, own: PeerContext, signed: peer.SignedProposal): Promise<Judgement> {
  const outcome = await target.endorser.process(signed);
  return judge(target.context === own ? outcome : remote(outcome));
}

function remote(outcome: EndorserOutcome): EndorserOutcome {
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
