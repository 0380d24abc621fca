import type { peer } from "@heddle/fabric/wire";
import type { ChannelLedger } from "../ledger/ledger.ts";
import type { TxSimulator } from "../simulation/simulator.ts";

/** Answers one call of another chaincode within a transaction. */
export type CallChaincode = (specification: peer.ChaincodeSpec) => Promise<peer.ChaincodeMessage>;

/** A transaction while chaincode works on it. */
export interface ChaincodeTransaction {
  readonly channelId: string;
  readonly txId: string;
  /** The namespace that keys belong to: the chaincode's name. */
  readonly namespace: string;
  readonly ledger: ChannelLedger;
  readonly simulator: TxSimulator;
  readonly signedProposal: peer.SignedProposal;
  /** The proposal's timestamp, which chaincode sees as the transaction's. */
  readonly timestamp: { readonly seconds: bigint; readonly nanos: number };
  readonly callChaincode: CallChaincode;
}

/** A transaction's parts that chaincode reached by calling has in common with its caller. */
export type ChaincodeResult = { readonly response: peer.Response; readonly event: peer.ChaincodeEvent | undefined };

/** The chaincode could not be run to its end; the text is what the peer answers (Fabric: core/chaincode). */
export class ChaincodeFailure extends Error {
  override readonly name: string = "ChaincodeFailure";
}

/** There is nothing that this peer could run under a name. */
export class NotRunnable extends ChaincodeFailure {
  override readonly name = "NotRunnable";
}

/** The chaincode ended a transaction with an ERROR message, as shims do when a handler breaks. */
export class ChaincodeError extends ChaincodeFailure {
  override readonly name = "ChaincodeError";
  readonly payload: Uint8Array;

  constructor(payload: Uint8Array) {
    super(`transaction returned with failure: ${Buffer.from(payload).toString("utf8")}`);
    this.payload = payload;
  }
}
