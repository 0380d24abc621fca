import type { ChannelBundle } from "@heddle/fabric";
import { common, peer } from "@heddle/fabric/wire";

import type { StateView, Version } from "../ledger/types.ts";
import { commitHash } from "./commit-hash.ts";
import { applyConfig } from "./config-transaction.ts";
import { checkReads } from "./conflicts.ts";
import { EndorsementValidator } from "./endorsement.ts";
import { EndorsementPolicies } from "./policies.ts";
import type { TxRwset } from "./rwset.ts";
import { type Transaction, checkTransaction } from "./transaction.ts";
import { BlockUpdates } from "./updates.ts";
import { applyWrites } from "./writes.ts";

const Code = peer.TxValidationCode;

/** Key, in namespace "", of the channel's latest configuration transaction. Fabric: core/peer/configtx_processor.go. */
export const configKey = "CHANNEL_CONFIG_ENV_BYTES";

/** What a block is validated against. */
export interface ValidationContext {
  /** The state before the block. */
  readonly state: StateView;
  /** The channel's configuration before the block. */
  readonly bundle: ChannelBundle;
  /** Whether the ledger holds a transaction of this id, valid or not. */
  knows(txId: string): boolean;
  /** Commit hash of the block before; empty before block 1. */
  readonly previousCommitHash: Uint8Array;
}

/** One transaction after validation. */
export interface ValidatedTransaction {
  readonly txId: string;
  readonly type: number | undefined;
  readonly code: peer.TxValidationCode;
  /** Of a valid endorser transaction. */
  readonly rwset: TxRwset | undefined;
}

/** A block's verdict and effects. */
export interface ValidatedBlock {
  readonly transactions: readonly ValidatedTransaction[];
  /** One byte per transaction. */
  readonly codes: Uint8Array;
  readonly updates: BlockUpdates;
  readonly commitHash: Uint8Array;
  /** The configuration after the block. */
  readonly bundle: ChannelBundle;
  /** Whether the block holds a valid configuration transaction. */
  readonly isConfig: boolean;
}

interface Draft {
  readonly transaction: Transaction;
  code: peer.TxValidationCode;
  rwset: TxRwset | undefined;
}

/**
 * Validates the transactions of a block, in order: form and signatures,
 * endorsements, double ids, and then conflicts of reads with writes. The
 * verdict depends on the block, the state and configuration before it, and
 * nothing else. Never throws for what a transaction holds.
 */
export class BlockValidator {
  #policies: EndorsementPolicies | undefined;
  #policiesOf: ChannelBundle | undefined;

  validate(number: number, data: readonly Uint8Array[], context: ValidationContext): ValidatedBlock {
    const endorsements = new EndorsementValidator(context.state, context.bundle, this.#policiesFor(context.bundle));
    const updates = new BlockUpdates();
    let { bundle } = context;
    const drafts = data.map((bytes, index): Draft => {
      const transaction = checkTransaction(bytes, index, bundle);
      const draft: Draft = { transaction, code: transaction.code, rwset: undefined };
      if (draft.code !== Code.VALID) return draft;
      if (transaction.endorsed !== undefined) {
        validateEndorsed(draft, endorsements, context);
      } else {
        const outcome = applyConfig(transaction.data, bundle);
        if ("bundle" in outcome) ({ bundle } = outcome);
        else draft.code = Code.INVALID_CONFIG_TRANSACTION;
      }
      return draft;
    });
    flagDoubleIds(drafts);
    for (const draft of drafts) settle(draft, { block: number, tx: draft.transaction.index }, context.state, updates);
    const codes = Uint8Array.from(drafts, ({ code }) => code);
    return {
      transactions: drafts.map(({ transaction: { txId, type }, code, rwset }) => ({
        txId,
        type,
        code,
        rwset: code === Code.VALID ? rwset : undefined,
      })),
      codes,
      updates,
      commitHash: commitHash(codes, updates, context.previousCommitHash),
      bundle,
      isConfig: bundle !== context.bundle,
    };
  }

  #policiesFor(bundle: ChannelBundle): EndorsementPolicies {
    if (this.#policies === undefined || this.#policiesOf !== bundle) {
      this.#policies = new EndorsementPolicies(bundle);
      this.#policiesOf = bundle;
    }
    return this.#policies;
  }
}

function validateEndorsed(draft: Draft, endorsements: EndorsementValidator, context: ValidationContext): void {
  const { transaction } = draft;
  if (transaction.endorsed === undefined) return;
  if (context.knows(transaction.txId)) {
    draft.code = Code.DUPLICATE_TXID;
    return;
  }
  const outcome = endorsements.validate(transaction, transaction.endorsed);
  if (typeof outcome === "number") draft.code = outcome;
  else draft.rwset = outcome.rwset;
}

/** Of the transactions still valid, only the first of each id stays so. Configuration transactions have no part in it. */
function flagDoubleIds(drafts: readonly Draft[]): void {
  const seen = new Set<string>();
  for (const draft of drafts) {
    if (draft.code !== Code.VALID || draft.rwset === undefined) continue;
    if (seen.has(draft.transaction.txId)) draft.code = Code.DUPLICATE_TXID;
    seen.add(draft.transaction.txId);
  }
}

/** The last step: check reads, then write. */
function settle(draft: Draft, version: Version, state: StateView, updates: BlockUpdates): void {
  if (draft.code !== Code.VALID) return;
  if (draft.rwset !== undefined) {
    draft.code = checkReads(draft.rwset, state, updates);
    if (draft.code === Code.VALID) applyWrites(draft.rwset, version, state, updates);
  } else if (draft.transaction.type === common.HeaderType.CONFIG) {
    updates.put("", configKey, { value: draft.transaction.data, metadata: undefined, version });
  }
}
