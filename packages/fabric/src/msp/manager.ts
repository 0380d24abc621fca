import { fromBinary } from "@bufbuild/protobuf";
import { msp } from "../wire.ts";
import { IdentityError } from "./errors.ts";
import type { Identity } from "./identity.ts";
import { LRUCache } from "./lru.ts";
import type { Msp } from "./msp.ts";

/**
 * The MSPs of one channel. Identities are parsed and judged once and kept, since
 * importing a key costs more than checking a signature with it. A new channel
 * configuration makes a new manager.
 */
export class MspManager {
  readonly #msps: ReadonlyMap<string, Msp>;
  readonly #identities = new LRUCache<Identity>(2048);

  constructor(msps: readonly Msp[]) {
    this.#msps = new Map(msps.map((one) => [one.mspId, one]));
  }

  /** The MSP of that id, if the channel has it. */
  get(mspId: string): Msp | undefined {
    return this.#msps.get(mspId);
  }

  /** The ids of all MSPs, sorted. */
  ids(): string[] {
    return [...this.#msps.keys()].toSorted();
  }

  /**
   * Reads a creator or endorser. Its certificate is read and has a chain to a root, but is not judged
   * yet: call `validate()` for that. Throws {@link IdentityError}.
   */
  deserialize(serialized: Uint8Array): Identity {
    const key = pieceOf(serialized);
    const known = this.#identities.get(key);
    if (known !== undefined && Buffer.compare(known.serialized, serialized) === 0) return known;
    const { mspid, idBytes } = decode(serialized);
    const rules = this.#msps.get(mspid);
    if (rules === undefined) throw new IdentityError(`MSP ${mspid} is not defined on channel`);
    const identity = rules.readIdentity(idBytes, Uint8Array.from(serialized));
    this.#identities.set(key, identity);
    return identity;
  }
}

/** A piece of a serialized identity that few others share: the last signature bits of its certificate, before the PEM ends. */
function pieceOf(serialized: Uint8Array): string {
  const bytes = Buffer.from(serialized.buffer, serialized.byteOffset, serialized.byteLength);
  return bytes.toString("latin1", Math.max(0, bytes.length - 96), Math.max(0, bytes.length - 32));
}

function decode(serialized: Uint8Array): msp.SerializedIdentity {
  try {
    return fromBinary(msp.SerializedIdentitySchema, serialized);
  } catch (cause) {
    throw new IdentityError("could not deserialize a SerializedIdentity", { cause });
  }
}
