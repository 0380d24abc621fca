import { X509Certificate } from "node:crypto";
import { Fields } from "./fields.ts";

/** Names kept: a certificate takes longer to parse than all the rest of a transaction. */
const KEPT = 4096;
const names = new Map<string, string>();

/** Identities that were just met: comparing their bytes costs less than a text of them to look up. */
const RECENT = 4;
let recent: { readonly identity: Buffer; readonly name: string }[] = [];

/** Who a serialized identity is: `MSPID/name`, with the certificate's common name up to an `@`. Undefined for bytes that are no identity. */
export function creatorName(identity: Uint8Array): string | undefined {
  if (identity.length === 0) return undefined;
  for (const met of recent) if (met.identity.equals(identity)) return met.name;
  const key = Buffer.from(identity.buffer, identity.byteOffset, identity.byteLength).toString("latin1");
  const name = names.get(key) ?? readName(identity);
  if (name === undefined) return undefined;
  if (names.size >= KEPT) names.clear();
  names.set(key, name);
  // A copy: a view would keep the whole block.
  recent = [{ identity: Buffer.from(identity), name }, ...recent.slice(0, RECENT - 1)];
  return name;
}

function readName(identity: Uint8Array): string | undefined {
  try {
    // msp.SerializedIdentity: mspid 1, id_bytes 2.
    const fields = new Fields(Buffer.from(identity.buffer, identity.byteOffset, identity.byteLength));
    return `${fields.at(1).restText}/${commonName(fields.at(2).restText)}`;
  } catch {
    return undefined;
  }
}

/** The common name of a PEM certificate, without a domain behind `@`. */
export function commonName(pem: string): string {
  const { subject } = new X509Certificate(pem);
  const name = /^CN=(.*)$/m.exec(subject)?.[1] ?? subject.replaceAll("\n", ",");
  return name.split("@")[0] ?? name;
}
