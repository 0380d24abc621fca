import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  computeTxId,
  createEnvelope,
  createProposal,
  createSeekEnvelope,
  createSignatureHeader,
  createTransactionPayload,
  proposalHash,
  readTransactionResponse,
  sha256,
  signPayload,
  signProposal,
  type ProposalRequest,
  type SeekRange,
} from "../src/index.ts";
import { withoutTransient } from "../src/protocol/proposals.ts";
import { common, orderer, peer } from "../src/wire.ts";
import { createOrganizations, first, identityOf } from "./support/channel.ts";

const { one, two } = await createOrganizations();
const user = identityOf(one, "app");
const request: ProposalRequest = { channelId: "trade", chaincode: "basic", args: ["put", "key", Buffer.from([0, 255])] };

/** A proposal in its parts. */
function partsOf(bytes: Uint8Array) {
  const proposal = fromBinary(peer.ProposalSchema, bytes);
  const header = fromBinary(common.HeaderSchema, proposal.header);
  return {
    proposal,
    header,
    channelHeader: fromBinary(common.ChannelHeaderSchema, header.channelHeader),
    signatureHeader: fromBinary(common.SignatureHeaderSchema, header.signatureHeader),
    payload: fromBinary(peer.ChaincodeProposalPayloadSchema, proposal.payload),
  };
}

describe("a proposal", () => {
  it("has a transaction id of its nonce and creator, and a nonce of its own", () => {
    const made = Array.from({ length: 32 }, () => createProposal(request, user.serialized));
    expect(new Set(made.map(({ txId }) => txId)).size).toBe(32);
    for (const { txId, bytes } of made) {
      const { channelHeader, signatureHeader } = partsOf(bytes);
      expect(signatureHeader.nonce).toHaveLength(24);
      expect(txId).toBe(sha256(signatureHeader.nonce, signatureHeader.creator).toString("hex"));
      expect(txId).toBe(computeTxId(signatureHeader.nonce, signatureHeader.creator));
      expect(channelHeader.txId).toBe(txId);
      expect(signatureHeader.creator).toEqual(user.serialized);
    }
  });

  it("says what to call, in which channel, now", () => {
    const at = new Date(Date.UTC(2026, 1, 3, 4, 5, 6, 789));
    const { channelHeader, payload } = partsOf(createProposal({ ...request, isInit: true, timestamp: at }, user.serialized).bytes);
    expect([channelHeader.type, channelHeader.channelId, channelHeader.epoch]).toEqual([
      common.HeaderType.ENDORSER_TRANSACTION,
      "trade",
      0n,
    ]);
    expect(channelHeader.timestamp).toMatchObject({ seconds: BigInt(Math.floor(at.getTime() / 1000)), nanos: 789_000_000 });
    expect(fromBinary(peer.ChaincodeHeaderExtensionSchema, channelHeader.extension).chaincodeId?.name).toBe("basic");
    const { chaincodeSpec } = fromBinary(peer.ChaincodeInvocationSpecSchema, payload.input);
    expect(chaincodeSpec?.chaincodeId?.name).toBe("basic");
    expect(chaincodeSpec?.input?.isInit).toBe(true);
    expect(chaincodeSpec?.input?.args.map((arg) => Buffer.from(arg).toString("hex"))).toEqual(["707574", "6b6579", "00ff"]);
  });

  it("is signed as it is", async () => {
    const proposal = createProposal(request, user.serialized);
    const signed = await signProposal(proposal, user);
    expect(signed.proposalBytes).toEqual(proposal.bytes);
    expect(signed.signature.length).toBeGreaterThan(60);
    expect(createProposal({ ...request, nonce: Buffer.from("n") }, user.serialized).txId).toBe(
      computeTxId(Buffer.from("n"), user.serialized),
    );
  });

  it("is hashed without its transient data, which nothing records", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.uint8Array()), (transient) => {
        const nonce = Buffer.from("same");
        const bare = createProposal({ ...request, nonce }, user.serialized);
        const secret = createProposal({ ...request, nonce, transient }, user.serialized);
        const hash = ({ bytes }: { bytes: Uint8Array }) => {
          const { header, proposal } = partsOf(bytes);
          return proposalHash(new Uint8Array(), header.signatureHeader, proposal.payload).toString("hex");
        };
        expect(hash(secret)).toBe(hash(bare));
        expect(Buffer.from(withoutTransient(partsOf(secret.bytes).proposal.payload))).toEqual(
          Buffer.from(partsOf(bare.bytes).proposal.payload),
        );
        expect(Object.keys(partsOf(secret.bytes).payload.TransientMap).toSorted()).toEqual(Object.keys(transient).toSorted());
      }),
      { numRuns: 30 },
    );
  });

  it("is hashed over its headers' own bytes", () => {
    const { header, proposal } = partsOf(createProposal(request, user.serialized).bytes);
    const input = fromBinary(peer.ChaincodeProposalPayloadSchema, proposal.payload);
    const recorded = toBinary(peer.ChaincodeProposalPayloadSchema, create(peer.ChaincodeProposalPayloadSchema, { input: input.input }));
    expect(proposalHash(header.channelHeader, header.signatureHeader, proposal.payload)).toEqual(
      sha256(header.channelHeader, header.signatureHeader, recorded),
    );
  });
});

const proposal = createProposal({ ...request, transient: { secret: Buffer.from("s") } }, user.serialized);
const endorsedBy = (endorser: string, payload = responsePayload("result")): peer.ProposalResponse =>
  create(peer.ProposalResponseSchema, {
    payload,
    response: { status: 200 },
    endorsement: { endorser: Buffer.from(endorser), signature: Buffer.from(`by ${endorser}`) },
  });

function responsePayload(result: string): Uint8Array {
  const extension = toBinary(
    peer.ChaincodeActionSchema,
    create(peer.ChaincodeActionSchema, { response: { status: 200, payload: Buffer.from(result) } }),
  );
  return toBinary(
    peer.ProposalResponsePayloadSchema,
    create(peer.ProposalResponsePayloadSchema, { proposalHash: Buffer.from("hash"), extension }),
  );
}

/** The endorsed action of a transaction. */
function actionOf(payload: Uint8Array): { action: peer.TransactionAction; inner: peer.ChaincodeActionPayload; payload: common.Payload } {
  const decoded = fromBinary(common.PayloadSchema, payload);
  const action = first(fromBinary(peer.TransactionSchema, decoded.data).actions);
  return { action, inner: fromBinary(peer.ChaincodeActionPayloadSchema, action.payload), payload: decoded };
}

describe("a transaction", () => {
  it("holds the proposal's headers, its call without transient data, and the endorsed result", () => {
    const payload = createTransactionPayload(proposal.bytes, [endorsedBy("a"), endorsedBy("b")]);
    const { action, inner, payload: outer } = actionOf(payload);
    const { header, proposal: original } = partsOf(proposal.bytes);
    expect(outer.header?.channelHeader).toEqual(header.channelHeader);
    expect(outer.header?.signatureHeader).toEqual(header.signatureHeader);
    expect(action.header).toEqual(header.signatureHeader);
    expect(inner.chaincodeProposalPayload).toEqual(withoutTransient(original.payload));
    expect(inner.action?.proposalResponsePayload).toEqual(responsePayload("result"));
    expect(inner.action?.endorsements.map(({ signature }) => Buffer.from(signature).toString())).toEqual(["by a", "by b"]);
    expect(Buffer.from(readTransactionResponse(payload).payload).toString()).toBe("result");
  });

  it("keeps header bytes as they were signed, also where it does not know a field", () => {
    const { proposal: original, header } = partsOf(proposal.bytes);
    const strange = { ...header, channelHeader: Buffer.concat([header.channelHeader, Buffer.from([0xfa, 0x3f, 1, 7])]) };
    const bytes = toBinary(
      peer.ProposalSchema,
      create(peer.ProposalSchema, {
        header: toBinary(common.HeaderSchema, create(common.HeaderSchema, strange)),
        payload: original.payload,
      }),
    );
    const { payload } = actionOf(createTransactionPayload(bytes, [endorsedBy("a")]));
    expect(Buffer.from(payload.header?.channelHeader ?? [])).toEqual(Buffer.from(strange.channelHeader));
  });

  it("holds an endorser once", () => {
    const { inner } = actionOf(createTransactionPayload(proposal.bytes, [endorsedBy("a"), endorsedBy("b"), endorsedBy("a")]));
    expect(inner.action?.endorsements.map(({ endorser }) => Buffer.from(endorser).toString())).toEqual(["a", "b"]);
  });

  it("is not made of results that differ", () => {
    expect(() => createTransactionPayload(proposal.bytes, [endorsedBy("a"), endorsedBy("b", responsePayload("other"))])).toThrow(
      expect.objectContaining({ code: "FABRIC_ENDORSEMENTS_DIFFER", message: expect.stringContaining(proposal.txId) as string }) as Error,
    );
  });

  it.each<[string, Uint8Array, peer.ProposalResponse[]]>([
    ["no endorsement", proposal.bytes, []],
    [
      "an answer that endorses nothing",
      proposal.bytes,
      [create(peer.ProposalResponseSchema, { response: { status: 500, message: "no" } })],
    ],
    ["bytes that are no proposal", Buffer.from([0xff]), [endorsedBy("a")]],
    [
      "a header that is none",
      toBinary(peer.ProposalSchema, create(peer.ProposalSchema, { header: Buffer.from([0xff]) })),
      [endorsedBy("a")],
    ],
  ])("is not made of %s", (_, bytes, responses) => {
    expect(() => createTransactionPayload(bytes, responses)).toThrow(expect.objectContaining({ code: "FABRIC_PROPOSAL_INVALID" }) as Error);
  });

  it("has no result where it has no action", () => {
    for (const bytes of [
      new Uint8Array(),
      Buffer.from([0xff]),
      toBinary(common.PayloadSchema, create(common.PayloadSchema, { data: Buffer.from([0xff]) })),
    ])
      expect(() => readTransactionResponse(bytes)).toThrow(expect.objectContaining({ code: "FABRIC_BLOCK_INVALID" }) as Error);
  });
});

describe("an envelope", () => {
  it("is signed over its payload's very bytes", async () => {
    const signer = identityOf(two, "Admin");
    const envelope = await createEnvelope({ type: common.HeaderType.MESSAGE, channelId: "trade", data: Buffer.from("data") }, signer);
    const { header, data } = fromBinary(common.PayloadSchema, envelope.payload);
    expect(Buffer.from(data).toString()).toBe("data");
    expect(fromBinary(common.SignatureHeaderSchema, header?.signatureHeader ?? new Uint8Array()).creator).toEqual(signer.serialized);
    const again = await signPayload(envelope.payload, signer);
    expect(again.payload).toBe(envelope.payload);
  });

  it("names its creator once, with a nonce", () => {
    const header = fromBinary(common.SignatureHeaderSchema, createSignatureHeader(Buffer.from("me")));
    expect([Buffer.from(header.creator).toString(), header.nonce.length]).toEqual(["me", 24]);
  });

  it.each<[string, SeekRange, string, string, number]>([
    ["everything there is", { start: "oldest", stop: "newest" }, "oldest", "newest", 0],
    ["what comes next", { start: "next" }, "nextCommit", "specified", 0],
    ["a range", { start: 7, stop: 9n, behavior: "fail" }, "specified", "specified", 1],
    ["from the newest on", { start: "newest", behavior: "wait" }, "newest", "specified", 0],
  ])("asks for blocks: %s", async (_, range, start, stop, behavior) => {
    const envelope = await createSeekEnvelope("trade", range, user, Buffer.from("tls"));
    const { header, data } = fromBinary(common.PayloadSchema, envelope.payload);
    const channelHeader = fromBinary(common.ChannelHeaderSchema, header?.channelHeader ?? new Uint8Array());
    expect([channelHeader.type, Buffer.from(channelHeader.tlsCertHash).toString()]).toEqual([common.HeaderType.DELIVER_SEEK_INFO, "tls"]);
    const seek = fromBinary(orderer.SeekInfoSchema, data);
    expect([seek.start?.Type.case, seek.stop?.Type.case, seek.behavior]).toEqual([start, stop, behavior]);
    const end = seek.stop?.Type;
    expect(end?.case === "specified" ? end.value.number : 0n).toBe(range.stop === 9n ? 9n : range.stop === undefined ? 2n ** 64n - 1n : 0n);
  });
});
