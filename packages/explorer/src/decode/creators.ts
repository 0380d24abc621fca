import { X509Certificate } from "node:crypto";
import { field, textOf } from "./fields.ts";

/** Names kept: a certificate takes longer to parse than all the rest of a transaction. */
const KEPT = 4096;
const names = new Map<string, string>();

/** Who a serialized identity is: `MSPID/name`, with the certificate's common name up to an `@`. Undefined for bytes that are no identity. */
export function creatorName(identity: Uint8Array): string | undefined {
  if (identity.length === 0) return undefined;
  const key = Buffer.from(identity.buffer, identity.byteOffset, identity.byteLength).toString("latin1");
  const known = names.get(key);
  if (known !== undefined) return known;
  let name: string;
  try {
    // msp.SerializedIdentity: mspid 1, id_bytes 2.
    name = `${textOf(field(identity, 1))}/${commonName(textOf(field(identity, 2)))}`;
  } catch {
    return undefined;
  }
  if (names.size >= KEPT) names.clear();
  names.set(key, name);
  return name;
}

/** The common name of a PEM certificate, without a domain behind `@`. */
export function commonName(pem: string): string {
  const { subject } = new X509Certificate(pem);
  const name = /^CN=(.*)$/m.exec(subject)?.[1] ?? subject.replaceAll("\n", ",");
  return name.split("@")[0] ?? name;
}
