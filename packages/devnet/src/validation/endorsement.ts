import type { ChannelBundle, Identity, SignedData } from "@heddle/fabric";
import { kvrwset, peer } from "@heddle/fabric/wire";

import { type ChaincodeDefinition, implicitCollectionOwner, lifecycleNamespace, readDefinition } from "../definitions/definitions.ts";
import type { StateView } from "../ledger/types.ts";
import { binaryKey } from "../ledger/utf8.ts";
import type { EndorsementPolicies } from "./policies.ts";
import { signersOf } from "./policies.ts";
import { type CollectionRwset, type NamespaceRwset, type TxRwset, decodeRwset, writesTo } from "./rwset.ts";
import type { EndorsedAction, Transaction } from "./transaction.ts";
import { tryDecode } from "./wire.ts";

const Code = peer.TxValidationCode;

/** A transaction whose endorsements are right, ready for the check of its reads. */
export interface EndorsedTransaction {
  readonly rwset: TxRwset;
}

/** What one namespace demands of endorsers. */
type NamespacePolicy = { readonly lifecycle: true } | { readonly lifecycle: false; readonly definition: ChaincodeDefinition };

/**
 * Checks the endorsements of the transactions of one block, in block order.
 * Definitions and key-level policies are those committed before the block.
 * Fabric: plugindispatcher and the built-in v20 validation plugin.
 */
export class EndorsementValidator {
  readonly #state: StateView;
  readonly #bundle: ChannelBundle;
  readonly #policies: EndorsementPolicies;
  readonly #definitions = new Map<string, NamespacePolicy | peer.TxValidationCode>();
  /** Keys whose metadata an earlier transaction of the block changed, as far as its endorsements of that namespace were right. */
  readonly #changedKeys = new Set<string>();

  constructor(state: StateView, bundle: ChannelBundle, policies: EndorsementPolicies) {
    this.#state = state;
    this.#bundle = bundle;
    this.#policies = policies;
  }

  /** The decoded read-write set, or the code of the first check that failed. */
  validate(transaction: Transaction, action: EndorsedAction): EndorsedTransaction | peer.TxValidationCode {
    const extension = tryDecode(peer.ChaincodeHeaderExtensionSchema, transaction.channelHeader?.extension ?? new Uint8Array());
    if (extension === undefined) return Code.BAD_HEADER_EXTENSION;
    const chaincodeAction = decodeAction(action);
    if (chaincodeAction === undefined) return Code.BAD_RESPONSE_PAYLOAD;
    const rwset = decodeRwset(chaincodeAction.results);
    if (rwset === undefined) return Code.BAD_RWSET;
    const code = checkNames(extension, chaincodeAction) ?? checkNamespaces(rwset);
    if (code !== undefined) return code;
    const called = extension.chaincodeId?.name ?? "";
    const namespaces = new Set([called, ...rwset.filter(writesTo).map(({ ns }) => ns)]);
    let signers: Identity[] | undefined;
    for (const ns of namespaces) {
      const policy = this.#policyOf(ns);
      if (typeof policy === "number") return policy;
      signers ??= signersOf(signedBy(action), this.#bundle);
      const written = rwset.find((candidate) => candidate.ns === ns);
      if (!this.#endorsed(ns, policy, written, signers)) return Code.ENDORSEMENT_POLICY_FAILURE;
      if (written !== undefined) this.#rememberMetadata(written);
    }
    return { rwset };
  }

  #policyOf(ns: string): NamespacePolicy | peer.TxValidationCode {
    const known = this.#definitions.get(ns);
    if (known !== undefined) return known;
    const policy = ns === lifecycleNamespace ? ({ lifecycle: true } as const) : this.#definitionOf(ns);
    this.#definitions.set(ns, policy);
    return policy;
  }

  #definitionOf(ns: string): NamespacePolicy | peer.TxValidationCode {
    const definition = this.#tryDefinition(ns);
    if (definition === undefined) return Code.INVALID_CHAINCODE;
    if (definition.validationPlugin === "" || definition.validationParameter.length === 0) return Code.INVALID_CHAINCODE;
    // a peer without the named plugin stops; the lifecycle refuses such definitions, so this is not reached in practice
    if (definition.validationPlugin !== "vscc") return Code.INVALID_OTHER_REASON;
    return { lifecycle: false, definition };
  }

  #tryDefinition(ns: string): ChaincodeDefinition | undefined {
    try {
      return readDefinition((key) => this.#state.get(lifecycleNamespace, key)?.value, ns);
    } catch {
      return undefined;
    }
  }

  /** Key-level policies first, then those of collections, then the chaincode's: each at most once. Fabric: core/common/validation/statebased. */
  #endorsed(ns: string, policy: NamespacePolicy, written: NamespaceRwset | undefined, signers: readonly Identity[]): boolean {
    const checked = new Set<string>();
    let anyChecked = false;
    const chaincodePolicyHolds = (): boolean => {
      if (checked.has("")) return true;
      const holds = policy.lifecycle
        ? this.#policies.lifecycleSatisfied(signers)
        : this.#policies.satisfied(policy.definition.validationParameter, signers);
      if (holds) checked.add("");
      anyChecked ||= holds;
      return holds;
    };
    for (const { collection, key } of written === undefined ? [] : writtenKeys(written)) {
      const keyPolicy = this.#keyPolicy(ns, collection, key);
      if (keyPolicy === "changed") return false;
      if (keyPolicy !== undefined) {
        if (!this.#policies.satisfiedSignature(keyPolicy, signers)) return false;
        anyChecked = true;
      } else if (collection === "") {
        if (!chaincodePolicyHolds()) return false;
      } else if (!checked.has(collection)) {
        if (!this.#collectionPolicyHolds(policy, collection, signers)) return false;
        checked.add(collection);
        anyChecked = true;
      }
    }
    return anyChecked || chaincodePolicyHolds();
  }

  #collectionPolicyHolds(policy: NamespacePolicy, collection: string, signers: readonly Identity[]): boolean {
    const owner = implicitCollectionOwner(collection);
    if (owner !== undefined) return this.#policies.organizationSatisfied(owner, signers);
    if (policy.lifecycle) return false; // `_lifecycle` has implicit collections only
    const { collections, validationParameter } = policy.definition;
    const configs = collections === undefined ? undefined : tryDecode(peer.CollectionConfigPackageSchema, collections);
    const config = configs?.config.find(({ payload }) => payload.case === "staticCollectionConfig" && payload.value.name === collection);
    if (config?.payload.case !== "staticCollectionConfig") return false;
    const { endorsementPolicy } = config.payload.value;
    return endorsementPolicy === undefined
      ? this.#policies.satisfied(validationParameter, signers)
      : this.#policies.satisfiedMessage(endorsementPolicy, signers);
  }

  /** The committed policy of a key, if it has one of its own. */
  #keyPolicy(ns: string, collection: string, key: Uint8Array | string): Uint8Array | "changed" | undefined {
    if (this.#changedKeys.has(keyName(ns, collection, key))) return "changed";
    const metadata = typeof key === "string" ? this.#state.get(ns, key)?.metadata : this.#state.getHash(ns, collection, key)?.metadata;
    if (metadata === undefined) return undefined;
    const decoded = tryDecode(kvrwset.KVMetadataWriteSchema, metadata);
    const policy = decoded?.entries.findLast(({ name }) => name === "VALIDATION_PARAMETER")?.value;
    return policy === undefined || policy.length === 0 ? undefined : policy;
  }

  #rememberMetadata({ ns, kv, collections }: NamespaceRwset): void {
    for (const { key } of kv.metadataWrites) this.#changedKeys.add(keyName(ns, "", key));
    for (const { collection, hashed } of collections) {
      for (const { keyHash } of hashed.metadataWrites) this.#changedKeys.add(keyName(ns, collection, keyHash));
    }
  }
}

function keyName(ns: string, collection: string, key: Uint8Array | string): string {
  return JSON.stringify([ns, collection, typeof key === "string" ? key : binaryKey(key)]);
}

/** Every written key in the order in which policies are consulted. A collection without a name counts as public. */
function* writtenKeys({ kv, collections }: NamespaceRwset): IterableIterator<{ collection: string; key: Uint8Array | string }> {
  for (const { key } of kv.writes) yield { collection: "", key };
  for (const { key } of kv.metadataWrites) yield { collection: "", key };
  yield* hashedKeys(collections, ({ hashed }) => hashed.hashedWrites);
  yield* hashedKeys(collections, ({ hashed }) => hashed.metadataWrites);
}

function* hashedKeys(
  collections: readonly CollectionRwset[],
  entriesOf: (collection: CollectionRwset) => readonly { keyHash: Uint8Array }[],
) {
  for (const collection of collections) {
    for (const { keyHash } of entriesOf(collection)) yield { collection: collection.collection, key: keyHash };
  }
}

function signedBy({ responsePayload, endorsements }: EndorsedAction): SignedData[] {
  return endorsements.map(({ endorser, signature }) => ({
    data: Buffer.concat([responsePayload, endorser]),
    identity: endorser,
    signature,
  }));
}

/** Fabric: protoutil, `GetActionFromEnvelope`. */
function decodeAction({ response }: EndorsedAction): peer.ChaincodeAction | undefined {
  if (response.extension.length === 0) return undefined;
  return tryDecode(peer.ChaincodeActionSchema, response.extension);
}

function checkNames(extension: peer.ChaincodeHeaderExtension, action: peer.ChaincodeAction): peer.TxValidationCode | undefined {
  const called = extension.chaincodeId;
  const answered = action.chaincodeId;
  if (called === undefined || answered === undefined) return Code.INVALID_OTHER_REASON;
  if (called.name === "" || called.name !== answered.name || answered.version === "") return Code.INVALID_CHAINCODE;
  if (action.events.length === 0) return undefined;
  const event = tryDecode(peer.ChaincodeEventSchema, action.events);
  return event?.chaincodeId === called.name ? undefined : Code.INVALID_OTHER_REASON;
}

function checkNamespaces(rwset: TxRwset): peer.TxValidationCode | undefined {
  return new Set(rwset.map(({ ns }) => ns)).size === rwset.length ? undefined : Code.ILLEGAL_WRITESET;
}
