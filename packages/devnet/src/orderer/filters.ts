import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  ConfigUpdateError,
  createHeader,
  proposeConfigUpdate,
  ChannelBundle,
  type LocalSigningIdentity,
  type SignedData,
} from "@heddle/fabric";
import { common } from "@heddle/fabric/wire";
import { isExpired } from "../endorser/expiry.ts";

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
  readonly type: common.HeaderType;
  readonly data: Uint8Array;
  readonly signed: SignedData;
}

/** Reads an envelope's headers. Throws {@link Refusal} BAD_REQUEST. */
export function readEnvelope(envelope: common.Envelope): ReadEnvelope {
  try {
    const payload = fromBinary(common.PayloadSchema, envelope.payload);
    if (payload.header === undefined) throw new Error("envelope is missing its header");
    const header = fromBinary(common.ChannelHeaderSchema, payload.header.channelHeader);
    const { creator } = fromBinary(common.SignatureHeaderSchema, payload.header.signatureHeader);
    const signed = { data: envelope.payload, identity: creator, signature: envelope.signature };
    return { envelope, channelId: header.channelId, type: header.type, data: payload.data, signed };
  } catch (cause) {
    throw new Refusal(
      common.Status.BAD_REQUEST,
      `could not determine channel ID: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

/** Throws {@link Refusal} unless a message may be ordered on the channel as it stands (Fabric: orderer/common/msgprocessor). */
export function applyFilters(read: ReadEnvelope, bundle: ChannelBundle, now: Date): void {
  const { envelope, signed } = read;
  if (envelope.payload.length === 0) throw new Refusal(common.Status.BAD_REQUEST, "message payload is empty");
  const size = envelope.payload.length + envelope.signature.length;
  const { absoluteMaxBytes } = bundle.orderer.batchSize;
  if (size > absoluteMaxBytes) {
    throw new Refusal(common.Status.BAD_REQUEST, `message payload is ${size} bytes and exceeds maximum allowed ${absoluteMaxBytes} bytes`);
  }
  if (isExpired(signed.identity, bundle.msps, now)) throw new Refusal(common.Status.BAD_REQUEST, "broadcast client identity expired");
  try {
    bundle.policies.get("/Channel/Writers").evaluate([signed]);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Refusal(common.Status.FORBIDDEN, `${reason}: permission denied`, { cause });
  }
  if (bundle.orderer.maintenance && read.type !== common.HeaderType.CONFIG) {
    throw new Refusal(common.Status.SERVICE_UNAVAILABLE, "normal transactions are rejected: maintenance mode");
  }
}

/** The configuration envelope, signed by the orderer, that an accepted update leads to. Throws {@link Refusal}. */
export function processConfigUpdate(read: ReadEnvelope, bundle: ChannelBundle, identity: LocalSigningIdentity): common.Envelope {
  const refuse = (cause: unknown): Refusal => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const authorizing = cause instanceof ConfigUpdateError ? "error authorizing update: " : "";
    return new Refusal(
      common.Status.BAD_REQUEST,
      `error applying config update to existing channel '${bundle.channelId}': ${authorizing}${reason}`,
      { cause },
    );
  };
  try {
    const config = proposeConfigUpdate(bundle, fromBinary(common.ConfigUpdateEnvelopeSchema, read.data));
    // What peers would choke on is refused here.
    const next = ChannelBundle.fromConfig(bundle.channelId, config);
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
