import { create, fromBinary, toBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import {
  configFault,
  ConfigUpdateError,
  createHeader,
  proposeConfigUpdate,
  ChannelBundle,
  type LocalSigningIdentity,
  type SignedData,
} from "@heddle/fabric";
import { common } from "@heddle/fabric/wire";
import { isExpired } from "../endorser/expiry.ts";
import { wireReason } from "../validation/wire.ts";

/** An envelope that the orderer does not take: what it answers. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: common.Status;

  constructor(status: common.Status, info: string, options?: ErrorOptions) {
    super(info, options);
    this.status = status;
  }
}

/** An envelope as far as the orderer reads it. */
export interface ReadEnvelope {
  readonly envelope: common.Envelope;
  readonly channelId: string;
  readonly txId: string;
  readonly type: common.HeaderType;
  readonly data: Uint8Array;
  /** SignatureHeader bytes, still to be decoded: Fabric looks for the channel first. */
  readonly signatureHeader: Uint8Array;
}

/** Decodes a part of an envelope; what it is not stands in front of the reason. */
function decode<Schema extends DescMessage>(schema: Schema, bytes: Uint8Array, what: string): MessageShape<Schema> {
  try {
    return fromBinary(schema, bytes);
  } catch (cause) {
    throw new Refusal(common.Status.BAD_REQUEST, `${what}: ${wireReason(cause)}`, { cause });
  }
}

/** Reads which channel an envelope is for, and of what type it is. Throws {@link Refusal} BAD_REQUEST. */
export function readEnvelope(envelope: common.Envelope): ReadEnvelope {
  const undetermined = "could not determine channel ID: ";
  const { header, data } = decode(common.PayloadSchema, envelope.payload, `${undetermined}error unmarshalling Payload`);
  if (header === undefined) throw new Refusal(common.Status.BAD_REQUEST, `${undetermined}header not set`);
  if (header.channelHeader.length === 0) throw new Refusal(common.Status.BAD_REQUEST, `${undetermined}channel header not set`);
  const what = `${undetermined}error unmarshalling channel header: error unmarshalling ChannelHeader`;
  const { channelId, txId, type } = decode(common.ChannelHeaderSchema, header.channelHeader, what);
  return { envelope, channelId, txId, type, data, signatureHeader: header.signatureHeader };
}

function signedData({ envelope, signatureHeader }: ReadEnvelope): SignedData {
  const what = "could not convert message to signedData: GetSignatureHeaderFromBytes failed, err";
  let creator: Uint8Array;
  try {
    ({ creator } = fromBinary(common.SignatureHeaderSchema, signatureHeader));
  } catch (cause) {
    throw new Refusal(common.Status.BAD_REQUEST, `${what} ${wireReason(cause)}`, { cause });
  }
  return { data: envelope.payload, identity: creator, signature: envelope.signature };
}

/** Throws {@link Refusal} unless a message may be ordered on the channel as it stands (Fabric: orderer/common/msgprocessor). */
export function applyFilters(read: ReadEnvelope, bundle: ChannelBundle, now: Date): void {
  const { envelope } = read;
  const signed = signedData(read);
  if (isExpired(signed.identity, bundle.msps, now)) throw new Refusal(common.Status.BAD_REQUEST, "broadcast client identity expired");
  const size = envelope.payload.length + envelope.signature.length;
  const { absoluteMaxBytes } = bundle.orderer.batchSize;
  if (size > absoluteMaxBytes) {
    throw new Refusal(common.Status.BAD_REQUEST, `message payload is ${size} bytes and exceeds maximum allowed ${absoluteMaxBytes} bytes`);
  }
  try {
    bundle.policies.get("/Channel/Writers").evaluate([signed]);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Refusal(common.Status.FORBIDDEN, `${reason}: permission denied`, { cause });
  }
  // Where a channel lets anybody write, Fabric's orderer takes this and its peers stop at the block (protoutil, VerifyTransactionsAreWellFormed).
  if (envelope.signature.length === 0) throw new Refusal(common.Status.BAD_REQUEST, "message has no signature");
  if (bundle.orderer.maintenance && read.type !== common.HeaderType.CONFIG) {
    throw new Refusal(common.Status.SERVICE_UNAVAILABLE, "normal transactions are rejected: maintenance mode");
  }
}

/** Reads a configuration; what is wrong in it is told as Fabric's orderer tells it. */
function readBundle(channelId: string, config: common.Config): ChannelBundle {
  try {
    return ChannelBundle.fromConfig(channelId, config);
  } catch (cause) {
    const fault = configFault(cause);
    throw fault === undefined ? cause : new Error(`initializing channelconfig failed: ${fault}`, { cause });
  }
}

/** The configuration envelope, signed by the orderer, that an accepted update leads to. Throws {@link Refusal}. */
export function processConfigUpdate(read: ReadEnvelope, bundle: ChannelBundle, identity: LocalSigningIdentity): common.Envelope {
  const refuse = (cause: unknown): Refusal => {
    const reason = configFault(cause) ?? (cause instanceof Error ? cause.message : String(cause));
    const authorizing = cause instanceof ConfigUpdateError ? "error authorizing update: " : "";
    return new Refusal(
      common.Status.BAD_REQUEST,
      `error applying config update to existing channel '${bundle.channelId}': ${authorizing}${reason}`,
      { cause },
    );
  };
  try {
    const what = "error converting envelope to config update: error unmarshalling message for type CONFIG_UPDATE";
    const config = proposeConfigUpdate(bundle, decode(common.ConfigUpdateEnvelopeSchema, read.data, what));
    // What peers would choke on is refused here.
    const next = readBundle(bundle.channelId, config);
    bundle.requireSuccessor(next);
    if (next.orderer.consensusType !== bundle.orderer.consensusType || next.orderer.maintenance !== bundle.orderer.maintenance)
      throw new Error("changes of the consensus type are not supported by the embedded network of this version");
    const data = toBinary(common.ConfigEnvelopeSchema, create(common.ConfigEnvelopeSchema, { config, lastUpdate: read.envelope }));
    const header = createHeader({ type: common.HeaderType.CONFIG, channelId: bundle.channelId, creator: identity.serialized });
    const payload = toBinary(common.PayloadSchema, create(common.PayloadSchema, { header, data }));
    return create(common.EnvelopeSchema, { payload, signature: identity.signSync(payload) });
  } catch (cause) {
    throw refuse(cause);
  }
}
