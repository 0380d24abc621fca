import { X509Certificate } from "node:crypto";
import { fromBinary } from "@bufbuild/protobuf";
import type { MspManager } from "@heddle/fabric";
import { msp } from "@heddle/fabric/wire";

/**
 * When the certificate of a creator ends, whether an MSP knows it or not; undefined when it cannot be read.
 * MSPs themselves do not look at the clock (Fabric: common/crypto/expiration.go, ExpiresAt).
 */
export function expiresAt(creator: Uint8Array, msps: MspManager): Date | undefined {
  try {
    return msps.deserialize(creator).expiresAt;
  } catch {
    return readExpiry(creator);
  }
}

function readExpiry(creator: Uint8Array): Date | undefined {
  try {
    return new X509Certificate(fromBinary(msp.SerializedIdentitySchema, creator).idBytes).validToDate;
  } catch {
    return undefined;
  }
}

/** Whether a creator's certificate has ended. */
export function isExpired(creator: Uint8Array, msps: MspManager, now: Date): boolean {
  const end = expiresAt(creator, msps);
  return end !== undefined && end < now;
}
