import { create, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { computeTxId, createHeader, createNonce, createSignatureHeader, proposalHash, type LocalSigningIdentity } from "@heddle/fabric";
import { common, kvrwset, peer, rwset } from "@heddle/fabric/wire";

/** What one namespace of a forged read-write set holds. */
export interface ForgedNamespace {
  readonly ns: string;
  readonly kv?: MessageInitShape<typeof kvrwset.KVRWSetSchema>;
  readonly collections?: ReadonlyArray<{ name: string; hashed: MessageInitShape<typeof kvrwset.HashedRWSetSchema> }>;
}

/** Marshals a read-write set as stated, right or wrong. */
export function forgeRwset(...namespaces: readonly ForgedNamespace[]): Uint8Array {
  const schema = rwset.TxReadWriteSetSchema;
  const nsRwset = namespaces.map(({ ns, kv, collections }) => ({
    namespace: ns,
    rwset: toBinary(kvrwset.KVRWSetSchema, create(kvrwset.KVRWSetSchema, kv ?? {})),
    collectionHashedRwset: (collections ?? []).map(({ name, hashed }) => ({
      collectionName: name,
      hashedRwset: toBinary(kvrwset.HashedRWSetSchema, create(kvrwset.HashedRWSetSchema, hashed)),
    })),
  }));
  return toBinary(schema, create(schema, { dataModel: rwset.TxReadWriteSet_DataModel.KV, nsRwset }));
}

/** A transaction made by hand. What is not stated is as a client and its endorsers would make it. */
export interface Forgery {
  readonly channelId: string;
  readonly creator: LocalSigningIdentity;
  readonly endorsers: readonly LocalSigningIdentity[];
  readonly chaincode: string;
  readonly results: Uint8Array;
  readonly header?: {
    readonly type?: common.HeaderType;
    readonly epoch?: bigint;
    readonly txId?: string;
    readonly nonce?: Uint8Array;
    readonly creator?: Uint8Array;
    readonly extension?: Uint8Array;
  };
  /** Fields of the ChaincodeAction that endorsers sign. */
  readonly action?: {
    readonly chaincodeId?: { readonly name?: string; readonly version?: string } | undefined;
    readonly events?: Uint8Array;
    readonly response?: { readonly status: number; readonly message?: string } | undefined;
  };
  /** In place of the marshaled ChaincodeAction. */
  readonly actionBytes?: Uint8Array;
  readonly proposalHash?: Uint8Array;
  /** Changes the marshaled ProposalResponsePayload before it is endorsed. */
  readonly responsePayload?: (made: Uint8Array) => Uint8Array;
  /** Changes the endorsements after they were made. */
  readonly endorsements?: (made: peer.Endorsement[]) => peer.Endorsement[];
  /** Header of the action in place of the transaction's own signature header. */
  readonly actionHeader?: Uint8Array;
  readonly actions?: (made: peer.TransactionAction) => peer.TransactionAction[];
  /** In place of the marshaled Transaction. */
  readonly data?: Uint8Array;
  /** Changes the payload's signature after it was made. */
  readonly signature?: (made: Uint8Array) => Uint8Array;
}

/** A forged transaction. */
export interface Forged {
  readonly txId: string;
  readonly envelope: common.Envelope;
}

function chaincodeExtension(name: string): Uint8Array {
  const schema = peer.ChaincodeHeaderExtensionSchema;
  return toBinary(schema, create(schema, { chaincodeId: { name } }));
}

function endorsed(forgery: Forgery, hash: Uint8Array): { payload: Uint8Array; endorsements: peer.Endorsement[] } {
  const usual = { response: { status: 200 }, chaincodeId: { name: forgery.chaincode, version: "1" } };
  const { chaincodeId, response: answer, events } = { ...usual, events: new Uint8Array(), ...forgery.action };
  const action = create(peer.ChaincodeActionSchema, {
    results: forgery.results,
    events,
    ...(answer === undefined ? {} : { response: answer }),
    ...(chaincodeId === undefined ? {} : { chaincodeId }),
  });
  const extension = forgery.actionBytes ?? toBinary(peer.ChaincodeActionSchema, action);
  const response = create(peer.ProposalResponsePayloadSchema, { proposalHash: forgery.proposalHash ?? hash, extension });
  const made = toBinary(peer.ProposalResponsePayloadSchema, response);
  const payload = forgery.responsePayload?.(made) ?? made;
  const endorsements = forgery.endorsers.map((endorser) =>
    create(peer.EndorsementSchema, {
      endorser: endorser.serialized,
      signature: endorser.signSync(Buffer.concat([payload, endorser.serialized])),
    }),
  );
  return { payload, endorsements: forgery.endorsements?.(endorsements) ?? endorsements };
}

/** Makes a transaction by hand: signed and endorsed with the keys of a test's own organisations. */
export function forge(forgery: Forgery): Forged {
  const nonce = forgery.header?.nonce ?? createNonce();
  const creator = forgery.header?.creator ?? forgery.creator.serialized;
  const txId = forgery.header?.txId ?? computeTxId(nonce, creator);
  const header = createHeader({
    type: forgery.header?.type ?? common.HeaderType.ENDORSER_TRANSACTION,
    channelId: forgery.channelId,
    creator,
    nonce,
    txId,
    epoch: forgery.header?.epoch ?? 0n,
    extension: forgery.header?.extension ?? chaincodeExtension(forgery.chaincode),
  });
  const proposal = toBinary(peer.ChaincodeProposalPayloadSchema, create(peer.ChaincodeProposalPayloadSchema, { input: Buffer.from(txId) }));
  const actionHeader = forgery.actionHeader ?? header.signatureHeader;
  const { payload: proposalResponsePayload, endorsements } = endorsed(forgery, proposalHash(header.channelHeader, actionHeader, proposal));
  const actionPayload = create(peer.ChaincodeActionPayloadSchema, {
    chaincodeProposalPayload: proposal,
    action: { proposalResponsePayload, endorsements },
  });
  const action = create(peer.TransactionActionSchema, {
    header: actionHeader,
    payload: toBinary(peer.ChaincodeActionPayloadSchema, actionPayload),
  });
  const actions = forgery.actions?.(action) ?? [action];
  const data = forgery.data ?? toBinary(peer.TransactionSchema, create(peer.TransactionSchema, { actions }));
  const payload = toBinary(common.PayloadSchema, create(common.PayloadSchema, { header, data }));
  const signature = forgery.creator.signSync(payload);
  return { txId, envelope: create(common.EnvelopeSchema, { payload, signature: forgery.signature?.(signature) ?? signature }) };
}

/** A signature header of somebody, with a nonce of its own. */
export function otherSignatureHeader(creator: Uint8Array, nonce?: Uint8Array): Uint8Array {
  return createSignatureHeader(creator, nonce ?? createNonce());
}
