import { fromBinary } from "@bufbuild/protobuf";
import type { ChannelBundle } from "@heddle/fabric";
import { common, peer } from "@heddle/fabric/wire";
import { creatorName } from "../decode/creators.ts";
import { viewBytes, type BytesView } from "./bytes.ts";
import { viewReadWriteSets, type ReadWriteSetView } from "./read-write-sets.ts";

/** Who signed the result of a transaction, and whether the signature is right. */
export interface EndorserView {
  readonly mspId: string;
  readonly name: string;
  readonly valid: boolean;
}

/** All that is in a transaction, beside what the index says of it. */
export interface TransactionContent {
  readonly arguments: readonly BytesView[];
  readonly endorsers: readonly EndorserView[];
  readonly response?: { readonly status: number; readonly message: string; readonly payload: BytesView };
  readonly event?: { readonly name: string; readonly payload: BytesView };
  readonly sets: readonly ReadWriteSetView[];
  readonly envelopeBytes: number;
}

/** Reads a transaction's envelope; what cannot be read is left out. Endorsements are checked against the MSPs of a channel. */
export function readTransaction(envelope: Uint8Array, bundle: ChannelBundle): TransactionContent {
  const empty = { arguments: [], endorsers: [], sets: [], envelopeBytes: envelope.length };
  try {
    const payload = fromBinary(common.PayloadSchema, fromBinary(common.EnvelopeSchema, envelope).payload);
    const header = fromBinary(common.ChannelHeaderSchema, payload.header?.channelHeader ?? new Uint8Array());
    if (header.type !== common.HeaderType.ENDORSER_TRANSACTION) return empty;
    const [action] = fromBinary(peer.TransactionSchema, payload.data).actions;
    if (action === undefined) return empty;
    return { ...empty, ...readAction(action.payload, bundle) };
  } catch {
    return empty;
  }
}

function readAction(bytes: Uint8Array, bundle: ChannelBundle): Omit<TransactionContent, "envelopeBytes"> {
  const { chaincodeProposalPayload, action } = fromBinary(peer.ChaincodeActionPayloadSchema, bytes);
  const proposalResponse = action?.proposalResponsePayload ?? new Uint8Array();
  const chaincodeAction = readable(() => {
    const { extension } = fromBinary(peer.ProposalResponsePayloadSchema, proposalResponse);
    return fromBinary(peer.ChaincodeActionSchema, extension);
  });
  const { response, events = new Uint8Array(), results = new Uint8Array() } = chaincodeAction ?? {};
  return {
    arguments: readable(() => readArguments(chaincodeProposalPayload)) ?? [],
    endorsers: (action?.endorsements ?? []).map((endorsement) => viewEndorser(endorsement, proposalResponse, bundle)),
    ...(response === undefined
      ? {}
      : { response: { status: response.status, message: response.message, payload: viewBytes(response.payload) } }),
    ...readable(() => readEvent(events)),
    sets: readable(() => viewReadWriteSets(results)) ?? [],
  };
}

/** What a part says; undefined where it cannot be read, which must not hide the others. */
function readable<Part>(read: () => Part): Part | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function readArguments(proposalPayload: Uint8Array): BytesView[] {
  const { input } = fromBinary(peer.ChaincodeProposalPayloadSchema, proposalPayload);
  return (fromBinary(peer.ChaincodeInvocationSpecSchema, input).chaincodeSpec?.input?.args ?? []).map(viewBytes);
}

function readEvent(bytes: Uint8Array): Pick<TransactionContent, "event"> {
  if (bytes.length === 0) return {};
  const { eventName, payload } = fromBinary(peer.ChaincodeEventSchema, bytes);
  return eventName === "" ? {} : { event: { name: eventName, payload: viewBytes(payload) } };
}

/** A creator's or endorser's MSP id and name. */
export function splitCreator(creator: string): { mspId: string; name: string } {
  const slash = creator.indexOf("/");
  return { mspId: creator.slice(0, slash), name: creator.slice(slash + 1) };
}

function viewEndorser({ endorser, signature }: peer.Endorsement, signed: Uint8Array, bundle: ChannelBundle): EndorserView {
  const who = splitCreator(creatorName(endorser) ?? "unknown/unknown");
  try {
    const identity = bundle.msps.deserialize(endorser);
    identity.validate();
    return { ...who, valid: identity.verify(Buffer.concat([signed, endorser]), signature) };
  } catch {
    return { ...who, valid: false };
  }
}
