import type { OperationDetail, Proof } from "@heddle/api";
import { ProofCard } from "../proof/proof-card.tsx";
import { ReceiptCard, type Receipt } from "../proof/receipt-card.tsx";

/** What an operation made known at its end: a proof, a receipt, or nothing. */
export function Outcome({ operation: { result, network } }: { readonly operation: OperationDetail }) {
  if (isReceipt(result)) return <ReceiptCard receipt={result} />;
  if (isProof(result)) return <ProofCard proof={result} network={network} fresh />;
  return null;
}

function isReceipt(value: unknown): value is Receipt {
  return typeof value === "object" && value !== null && "removed" in value && Array.isArray(value.removed);
}

function isProof(value: unknown): value is Proof {
  return typeof value === "object" && value !== null && "channels" in value && Array.isArray(value.channels);
}
