import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { createLocalSigningIdentity, openCertificateAuthority, serializeIdentity, type IssueRequest } from "@heddle/fabric";
import { common, msp, peer, rwset } from "@heddle/fabric/wire";
import { first, signerOf } from "../../support/consortium.ts";
import { createStrangers } from "../../support/strangers.ts";
import { forge, forgeRwset, otherSignatureHeader, type Forged, type ForgedNamespace, type Forgery } from "../forge.ts";
import type { Recording, Session } from "../recording.ts";
import { addRevocation, groupAt } from "./config.ts";

type Case = readonly [what: string, changes: Partial<Forgery>];

const GARBAGE = Uint8Array.of(0xff, 0xff, 0xff, 0x07);
/** Field 1, length 1, a byte that is no UTF-8. */
const NOT_UTF8 = Uint8Array.of(0x0a, 0x01, 0xff);

function chaincodeHeader(chaincodeId: { name?: string; version?: string } | undefined): Uint8Array {
  const schema = peer.ChaincodeHeaderExtensionSchema;
  return toBinary(schema, create(schema, chaincodeId === undefined ? {} : { chaincodeId }));
}

function event(chaincodeId: string): Uint8Array {
  return toBinary(peer.ChaincodeEventSchema, create(peer.ChaincodeEventSchema, { chaincodeId, eventName: "E", txId: "t" }));
}

function write(key: string, value = "1"): { key: string; isDelete: boolean; value: Uint8Array } {
  return { key, isDelete: false, value: Buffer.from(value) };
}

function put(key: string, value?: string): ForgedNamespace {
  return { ns: "ledger", kv: { writes: [write(key, value)] } };
}

/** The same signature with the other s, which Fabric refuses. */
function highS(signature: Uint8Array): Uint8Array {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const rLength = signature[3] ?? 0;
  const r = signature.subarray(4, 4 + rLength);
  const s = BigInt(`0x${Buffer.from(signature.subarray(6 + rLength)).toString("hex")}`);
  const hex = (order - s).toString(16).padStart(64, "0");
  const bytes = Buffer.from(Number.parseInt(hex.slice(0, 2), 16) >= 0x80 ? `00${hex}` : hex, "hex");
  const integers = Buffer.concat([Buffer.of(2, rLength), r, Buffer.of(2, bytes.length), bytes]);
  return Buffer.concat([Buffer.of(0x30, integers.length), integers]);
}

/** Creators that the organisation's own authority has certified, but not as it should. */
async function certificates(session: Session): Promise<Case[]> {
  const { mspId, material } = session.consortium.organizations[0];
  const authority = openCertificateAuthority(material.ca.certificatePem, material.ca.privateKeyPem);
  const tlsAuthority = openCertificateAuthority(material.tlsCa.certificatePem, material.tlsCa.privateKeyPem);
  const creator = async (request: Partial<IssueRequest>, by = authority): Promise<Partial<Forgery>> => {
    const issued = await by.issue({ commonName: "someone", role: "client", usage: "sign", ...request });
    return { creator: createLocalSigningIdentity(mspId, issued.certificatePem, issued.privateKeyPem) };
  };
  return [
    ["a new client of the organisation", await creator({})],
    ["a client with attributes", await creator({ attributes: { role: "auditor" } })],
    ["an orderer of an organisation of peers", await creator({ role: "orderer" })],
    ["a certificate without a role, for TLS", await creator({ usage: "tls" })],
    ["a certificate of the TLS authority", await creator({}, tlsAuthority)],
    ["a certificate that has expired since", await creator({ notAfter: new Date(Date.now() + 30_000) })],
    ["the authority itself", { creator: createLocalSigningIdentity(mspId, material.ca.certificatePem, material.ca.privateKeyPem) }],
  ];
}

/** Revokes the user and an endorser of organisation 1, and uses both. The running peer itself must stay: it could not read on. */
async function revoked(session: Session, base: () => Forgery): Promise<void> {
  const { client } = session;
  const [one, two] = session.consortium.organizations;
  const authority = openCertificateAuthority(one.material.ca.certificatePem, one.material.ca.privateKeyPem);
  const issued = await authority.issue({ commonName: "another peer", role: "peer", usage: "sign" });
  const endorser = createLocalSigningIdentity(one.mspId, issued.certificatePem, issued.privateKeyPem);
  const endorsers = [endorser, signerOf(two, first(two.nodes).member)];
  const user = Buffer.from(fromBinary(msp.SerializedIdentitySchema, client.user(1).serialized).idBytes).toString();
  const order = async (what: string, changes: Partial<Forgery>): Promise<void> => {
    const forged = forge({ ...base(), ...changes });
    session.label(forged.txId, what);
    await client.order(forged.envelope);
    await client.outcome(forged.txId);
  };
  await order("another endorser", { endorsers });
  const list = await authority.revoke([user, issued.certificatePem]);
  await client.updateConfig((root) => addRevocation(groupAt(root, "Application", "Org1"), list), [client.admin(1)]);
  await order("a creator that was revoked", {});
  await order("an endorser that was revoked", { endorsers, creator: client.user(2) });
  await order("neither of them", { creator: client.user(2) });
}

async function headers(session: Session): Promise<Case[]> {
  const { foreign, impostor } = await createStrangers(session.consortium);
  const user = session.client.user(1);
  const pem = Buffer.from(user.serialized).toString("latin1");
  return [
    ["a signature by another key", { signature: () => impostor.signSync(Buffer.from("something else")) }],
    ["a signature of one byte", { signature: () => Uint8Array.of(0) }],
    ["a signature that is no DER", { signature: () => GARBAGE }],
    ["the same signature with a high s", { signature: highS }],
    ["a creator of an unknown organisation", { creator: foreign }],
    ["a creator whose certificate another authority issued", { creator: impostor }],
    ["a creator that is no identity", { header: { creator: GARBAGE } }],
    [
      "a creator with text behind the certificate",
      { header: { creator: serializeIdentity(user.mspId, `${pem.slice(pem.indexOf("-----BEGIN"))}\nmore\n`) } },
    ],
    [
      "a peer as creator",
      { creator: signerOf(session.consortium.organizations[0], first(session.consortium.organizations[0].nodes).member) },
    ],
    ["an administrator as creator", { creator: session.client.admin(2) }],
    ["a header of type MESSAGE", { header: { type: common.HeaderType.MESSAGE } }],
    ["a header of type DELIVER_SEEK_INFO", { header: { type: common.HeaderType.DELIVER_SEEK_INFO } }],
    ["a header of an unknown type", { header: { type: 77 as common.HeaderType } }],
    ["an epoch", { header: { epoch: 1n } }],
    ["no nonce", { header: { nonce: new Uint8Array() } }],
    ["a short nonce", { header: { nonce: Uint8Array.of(1) } }],
    ["no creator", { header: { creator: new Uint8Array() } }],
    ["an id that is not the hash of nonce and creator", { header: { txId: "0".repeat(64) } }],
    ["an empty id", { header: { txId: "" } }],
  ];
}

function bodies(session: Session): Case[] {
  const user = session.client.user(1);
  return [
    ["no data", { data: new Uint8Array() }],
    ["data that is no transaction", { data: GARBAGE }],
    ["no action", { actions: () => [] }],
    ["two actions", { actions: (made) => [made, made] }],
    ["an action whose header has another nonce", { actionHeader: otherSignatureHeader(user.serialized) }],
    ["an action whose header has another creator", { actionHeader: otherSignatureHeader(session.client.user(2).serialized) }],
    ["an action whose header has no nonce", { actionHeader: otherSignatureHeader(user.serialized, new Uint8Array()) }],
    ["an action whose header is no header", { actionHeader: GARBAGE }],
    [
      "an action whose payload is none",
      { actions: (made) => [create(peer.TransactionActionSchema, { header: made.header, payload: GARBAGE })] },
    ],
    ["a proposal hash that is another's", { proposalHash: Buffer.alloc(32, 7) }],
    ["no proposal hash", { proposalHash: new Uint8Array() }],
    ["a response payload that is none", { responsePayload: () => GARBAGE }],
    ["no response payload", { responsePayload: () => new Uint8Array() }],
  ];
}

function actions(): Case[] {
  return [
    ["a header extension that is none", { header: { extension: GARBAGE } }],
    ["no header extension", { header: { extension: new Uint8Array() } }],
    ["a header extension without a chaincode", { header: { extension: chaincodeHeader(undefined) } }],
    ["a header extension with an empty name", { header: { extension: chaincodeHeader({}) } }],
    ["a header extension that names another chaincode", { header: { extension: chaincodeHeader({ name: "other" }) } }],
    ["a header extension with a version", { header: { extension: chaincodeHeader({ name: "ledger", version: "7" }) } }],
    ["an action that is none", { actionBytes: GARBAGE }],
    ["an empty action", { actionBytes: new Uint8Array() }],
    [
      "an empty action, written out",
      { actionBytes: new Uint8Array(), responsePayload: (made) => Buffer.concat([made, Buffer.of(0x12, 0)]) },
    ],
    ["an action with a text that is no UTF-8", { actionBytes: Buffer.concat([Buffer.of(0x22, NOT_UTF8.length), NOT_UTF8]) }],
    ["an action without a chaincode", { action: { chaincodeId: undefined } }],
    ["an action of another chaincode", { action: { chaincodeId: { name: "other", version: "1" } } }],
    ["an action of another version", { action: { chaincodeId: { name: "ledger", version: "never" } } }],
    ["an action without a version", { action: { chaincodeId: { name: "ledger" } } }],
    ["an action that failed", { action: { response: { status: 500, message: "no" } } }],
    ["an action without a response", { action: { response: undefined } }],
    ["an event of its chaincode", { action: { events: event("ledger") } }],
    ["an event of another chaincode", { action: { events: event("other") } }],
    ["an event of none", { action: { events: event("") } }],
    ["an event that is none", { action: { events: GARBAGE } }],
    ["an action whose empty event is written out", { actionBytes: writtenOutEvent() }],
  ];
}

/** The event is there, and empty. */
function writtenOutEvent(): Uint8Array {
  const action = create(peer.ChaincodeActionSchema, {
    results: forgeRwset(put("written out")),
    chaincodeId: { name: "ledger", version: "1" },
  });
  return Buffer.concat([toBinary(peer.ChaincodeActionSchema, action), Buffer.of(0x12, 0)]);
}

function results(): Case[] {
  const raw = (namespaces: { namespace: string; rwset: Uint8Array }[]): Uint8Array =>
    toBinary(rwset.TxReadWriteSetSchema, create(rwset.TxReadWriteSetSchema, { nsRwset: namespaces }));
  const of = (...namespaces: ForgedNamespace[]): Partial<Forgery> => ({ results: forgeRwset(...namespaces) });
  const writes = (ns: string): ForgedNamespace => ({ ns, kv: { writes: [write("k")] } });
  return [
    ["no results", { results: new Uint8Array() }],
    ["results that are none", { results: GARBAGE }],
    ["a set of one namespace that is none", { results: raw([{ namespace: "ledger", rwset: GARBAGE }]) }],
    ["a namespace that is no UTF-8", { results: Buffer.concat([Buffer.of(0x12, NOT_UTF8.length), NOT_UTF8]) }],
    ["a key that is no UTF-8", { results: raw([{ namespace: "ledger", rwset: Buffer.from("1a050a01ff1a0131", "hex") }]) }],
    ["a namespace twice", of(put("a"), put("b"))],
    ["namespaces out of order", of(put("a"), { ns: "a reader", kv: { reads: [{ key: "k" }] } })],
    ["writes into a chaincode nobody defined", of(put("a"), writes("nobody"))],
    ["writes into the namespace without a name", of(put("a"), writes(""))],
    ["writes into lscc", of(writes("lscc"), put("a"))],
    ["writes into qscc", of(put("a"), writes("qscc"))],
    ["writes into _lifecycle", of(writes("_lifecycle"), put("a"))],
    ["reads from a chaincode nobody defined", of(put("a"), { ns: "nobody", kv: { reads: [{ key: "k" }] } })],
    ["calls a chaincode nobody defined", { chaincode: "nobody", results: forgeRwset({ ns: "nobody", kv: { writes: [write("k")] } }) }],
    ["calls qscc", { chaincode: "qscc", results: forgeRwset() }],
    ["calls _lifecycle and writes nothing", { chaincode: "_lifecycle", results: forgeRwset() }],
    ["a key written twice", of({ ns: "ledger", kv: { writes: [write("twice", "1"), write("twice", "2")] } })],
    [
      "a key deleted and written",
      of({ ns: "ledger", kv: { writes: [{ key: "both", isDelete: true, value: Buffer.of() }, write("both", "2")] } }),
    ],
    ["a deletion with a value", of({ ns: "ledger", kv: { writes: [{ key: "gone", isDelete: true, value: Buffer.from("x") }] } })],
    ["an empty key", of({ ns: "ledger", kv: { writes: [write("")] } })],
    ["a key of zero bytes and the highest character", of({ ns: "ledger", kv: { writes: [write("\0\u{10FFFF}\0")] } })],
    ["a long key", of({ ns: "ledger", kv: { writes: [write("k".repeat(3000))] } })],
    ["keys out of order", of({ ns: "ledger", kv: { writes: [write("z"), write("a")] } })],
  ];
}

function reads(): Case[] {
  const version = (blockNum: bigint, txNum: bigint) => ({ blockNum, txNum });
  const of = (kv: ForgedNamespace["kv"]): Partial<Forgery> => ({
    results: forgeRwset({ ns: "ledger", kv: { writes: [write("w")], ...kv } }),
  });
  const list = (...kvReads: { key: string; version: { blockNum: bigint; txNum: bigint } }[]) =>
    ({ case: "rawReads", value: { kvReads } }) as const;
  const range = (startKey: string, endKey: string, itrExhausted: boolean, readsInfo?: ReturnType<typeof list>) =>
    of({ rangeQueriesInfo: [{ startKey, endKey, itrExhausted, ...(readsInfo === undefined ? {} : { readsInfo }) }] });
  return [
    ["writes a key", of({})],
    ["reads a version that never was", of({ reads: [{ key: "w", version: version(1n, 7n) }] })],
    ["reads a version from the future", of({ reads: [{ key: "w", version: version(2n ** 40n, 0n) }] })],
    ["found a key absent that is there", of({ reads: [{ key: "w" }] })],
    ["found a key absent that is", of({ reads: [{ key: "never" }] })],
    ["reads a version of an absent key", of({ reads: [{ key: "never", version: version(0n, 0n) }] })],
    ["one read holds, one does not", of({ reads: [{ key: "never" }, { key: "w" }] })],
    ["an empty range that is empty", range("x", "y", true, list())],
    ["an empty range without a list", range("x", "y", true)],
    ["an empty range that is not", range("", "", true, list())],
    ["a range that states too much", range("x", "y", true, list({ key: "x1", version: version(1n, 0n) }))],
    ["a range left early at a key that is not there", range("x", "x5", false, list())],
    ["a range whose start is behind its end", range("y", "x", true, list())],
    ["a range that names a key of another range", range("x", "y", true, list({ key: "a", version: version(1n, 0n) }))],
    [
      "a Merkle tree over nothing",
      of({
        rangeQueriesInfo: [
          {
            startKey: "x",
            endKey: "y",
            itrExhausted: true,
            readsInfo: { case: "readsMerkleHashes", value: { maxDegree: 50, maxLevel: 1, maxLevelHashes: [] } },
          },
        ],
      }),
    ],
    [
      "a Merkle tree with a hash that no reads have",
      of({
        rangeQueriesInfo: [
          {
            startKey: "",
            endKey: "",
            itrExhausted: true,
            readsInfo: { case: "readsMerkleHashes", value: { maxDegree: 2, maxLevel: 1, maxLevelHashes: [Buffer.alloc(32, 1)] } },
          },
        ],
      }),
    ],
  ];
}

async function endorsers(session: Session): Promise<Case[]> {
  const [one, two] = session.consortium.organizations;
  const { impostor, foreign } = await createStrangers(session.consortium);
  const peers = [one, two].map((organization) => signerOf(organization, first(organization.nodes).member));
  const [p1, p2] = [first(peers), first(peers.slice(1))];
  const bad = (endorsement: peer.Endorsement): peer.Endorsement =>
    create(peer.EndorsementSchema, { endorser: endorsement.endorser, signature: GARBAGE });
  return [
    ["no endorsement", { endorsers: [] }],
    ["one of two endorsements", { endorsers: [p1] }],
    ["one endorsement twice", { endorsers: [p1, p1] }],
    ["both, the first one twice", { endorsers: [p1, p1, p2] }],
    ["both in the other order", { endorsers: [p2, p1] }],
    ["a client in place of a peer", { endorsers: [session.client.user(1), p2] }],
    ["an administrator in place of a peer", { endorsers: [session.client.admin(1), p2] }],
    ["an impostor in place of a peer", { endorsers: [impostor, p2] }],
    ["both and a stranger", { endorsers: [foreign, p1, p2] }],
    ["both, one with a wrong signature", { endorsements: ([a, ...rest]) => [...(a === undefined ? [] : [bad(a)]), ...rest] }],
    ["both, and one of them wrong beside", { endorsements: ([a, ...rest]) => [...(a === undefined ? [] : [bad(a), a]), ...rest] }],
    [
      "the right signatures under the wrong names",
      {
        endorsements: ([a, b]) =>
          a === undefined || b === undefined
            ? []
            : [
                { ...a, signature: b.signature },
                { ...b, signature: a.signature },
              ],
      },
    ],
    [
      "an endorser that is no identity",
      { endorsements: (made) => [create(peer.EndorsementSchema, { endorser: GARBAGE, signature: GARBAGE }), ...made] },
    ],
    [
      "an endorsement with a high s",
      { endorsements: ([a, ...rest]) => (a === undefined ? [] : [{ ...a, signature: highS(a.signature) }, ...rest]) },
    ],
  ];
}

function privateWrites(): Case[] {
  const hashed = (name: string, hashedWrites: { keyHash: Uint8Array; isDelete: boolean; valueHash: Uint8Array }[] = []) =>
    ({ results: forgeRwset({ ns: "ledger", collections: [{ name, hashed: { hashedWrites } }] }) }) satisfies Partial<Forgery>;
  const one = { keyHash: Buffer.alloc(32, 1), isDelete: false, valueHash: Buffer.alloc(32, 2) };
  const entries = [{ name: "VALIDATION_PARAMETER", value: GARBAGE }];
  return [
    [
      "reads a collection nobody defined",
      { results: forgeRwset({ ns: "ledger", collections: [{ name: "nobody's", hashed: { hashedReads: [{ keyHash: one.keyHash }] } }] }) },
    ],
    ["touches a collection nobody defined without reading or writing", hashed("nobody's")],
    [
      "writes metadata of a key that is not there",
      { results: forgeRwset({ ns: "ledger", kv: { metadataWrites: [{ key: "no such key", entries }] } }) },
    ],
    [
      "writes empty metadata of a key that is not there",
      { results: forgeRwset({ ns: "ledger", kv: { metadataWrites: [{ key: "no such key", entries: [] }] } }) },
    ],
    [
      "writes a key with metadata of no meaning",
      {
        results: forgeRwset({
          ns: "ledger",
          kv: { writes: [write("odd")], metadataWrites: [{ key: "odd", entries: [{ name: "colour", value: Buffer.from("red") }] }] },
        }),
      },
    ],
    ["writes that key again", { results: forgeRwset({ ns: "ledger", kv: { writes: [write("odd", "2")] } }) }],
    ["takes its metadata away", { results: forgeRwset({ ns: "ledger", kv: { metadataWrites: [{ key: "odd", entries: [] }] } }) }],
    [
      "changes metadata only",
      {
        results: forgeRwset({
          ns: "ledger",
          kv: { metadataWrites: [{ key: "odd", entries: [{ name: "colour", value: Buffer.from("blue") }] }] },
        }),
      },
    ],
    ["deletes the key", { results: forgeRwset({ ns: "ledger", kv: { writes: [{ key: "odd", isDelete: true, value: Buffer.of() }] } }) }],
  ] satisfies Case[];
}

/** Every way in which a single transaction can be wrong, on a channel whose orderer takes unsigned messages. */
export const malformed: Recording = {
  name: "malformed",
  about:
    "Transactions made by hand with the keys of the recording's organisations: wrong signatures, headers, bodies, actions, results, reads and endorsements, and right ones between them. The channel's Writers policy is `OutOf(0)`, so that the orderer takes what nobody signed.",
  channel: { writers: { Type: "Signature", Rule: "OutOf(0, 'Org1MSP.member')" }, batchTimeout: "100ms", maxMessages: 7 },
  async run(session) {
    const { client, consortium } = session;
    const id = await client.install("ledger_1");
    await client.define({ name: "ledger", version: "1", sequence: 1 }, id);
    const endorsing = consortium.organizations.map((organization) => signerOf(organization, first(organization.nodes).member));
    const base = (key: string): Forgery => ({
      channelId: client.channelId,
      creator: client.user(1),
      endorsers: endorsing,
      chaincode: "ledger",
      results: forgeRwset(put(key)),
    });
    const make = ([what, changes]: Case, index: number): Forged => {
      const forged = forge({ ...base(`case ${index}`), ...changes });
      session.label(forged.txId, what);
      return forged;
    };
    const right: Case = ["nothing wrong", {}];
    // Once a real peer of this version cannot read a transaction it never finishes those behind it in the block, or ends.
    for (const [index, one] of [...bodies(session), ...actions()].entries()) {
      const { height } = await client.peer(1).channelInfo(client.channelId, client.admin(1));
      await client.order(make(one, index).envelope);
      await client.height(height + 1);
    }
    const cases = [
      right,
      ...(await headers(session)),
      ...(await certificates(session)),
      ...results(),
      ...reads(),
      ...(await endorsers(session)),
    ];
    const forged = [...cases, ...privateWrites(), right].map((one, index) => make(one, 100 + index));
    await client.order(...forged.map(({ envelope }) => envelope));
    await client.outcome(forged.at(-1)?.txId ?? "");
    await revoked(session, () => base("revoked"));
  },
};
