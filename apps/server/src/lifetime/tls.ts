import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { isIP } from "node:net";
import { serverErrors } from "../errors.ts";

/** Files of a certificate chain and its key, in PEM. */
export interface TlsPaths {
  readonly cert: string;
  readonly key: string;
}

/** A certificate that can be served, and the names it is for. */
export interface Tls {
  readonly cert: string;
  readonly key: string;
  /** First name in the certificate: what people call the server. */
  readonly name: string | undefined;
  /** Whether the certificate is for a name or an address. */
  readonly covers: (host: string) => boolean;
}

/** Reads certificate and key. Throws SERVER_TLS_INVALID: they are missing, do not belong together, or the certificate has run out. */
export function readTls(paths: TlsPaths, now = new Date()): Tls {
  try {
    const cert = readFileSync(paths.cert, "utf8");
    const key = readFileSync(paths.key, "utf8");
    createSecureContext({ cert, key });
    const leaf = new X509Certificate(cert);
    if (leaf.validToDate < now) throw new Error(`it was valid until ${leaf.validTo}`);
    return { cert, key, name: firstName(leaf), covers: (host) => coversHost(leaf, host) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw serverErrors.create("SERVER_TLS_INVALID", { ...paths, reason }, { cause });
  }
}

function coversHost(leaf: X509Certificate, host: string): boolean {
  const plain = host.replace(/^\[|\]$/g, "");
  return (isIP(plain) === 0 ? leaf.checkHost(plain) : leaf.checkIP(plain)) !== undefined;
}

/** First name that is no pattern. */
function firstName({ subjectAltName = "" }: X509Certificate): string | undefined {
  return subjectAltName
    .split(", ")
    .map((entry) => /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1])
    .find((name) => name !== undefined && !name.includes("*"));
}
