import { fabricErrors } from "../errors.ts";

/** One block of a PEM text. */
export interface PemBlock {
  readonly label: string;
  readonly der: Buffer;
}

const BEGIN = /^-----BEGIN (.*)-----$/;

/**
 * The first whole block of a PEM text, read as Go reads it (encoding/pem, Decode): text around it
 * and headers inside it are skipped, and a block that is cut short or no base64 is passed over.
 * Undefined when there is none.
 */
export function findPem(text: string): PemBlock | undefined {
  let label: string | undefined;
  let body: string[] = [];
  for (const raw of text.split("\n")) {
    const line = raw.replace(/[ \t\r]+$/, "");
    const begin = BEGIN.exec(line)?.[1];
    if (begin !== undefined) {
      label = begin;
      body = [];
    } else if (label !== undefined && line.startsWith("-----END ")) {
      const der = line === `-----END ${label}-----` ? decodeBody(body) : undefined;
      if (der !== undefined) return { label, der };
      label = undefined;
    } else {
      body.push(line);
    }
  }
  return undefined;
}

function decodeBody(lines: readonly string[]): Buffer | undefined {
  const firstPlain = lines.findIndex((line) => !line.includes(":"));
  const text = lines
    .slice(Math.max(0, firstPlain))
    .join("")
    .replaceAll(/[ \t\r]/g, "");
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, "base64") : undefined;
}

/** The DER bytes of the first block in a PEM text. Throws `FABRIC_CERTIFICATE_INVALID` when it has none or another label. */
export function readPem(pem: string, label: string): Buffer {
  const block = findPem(pem);
  if (block?.label !== label)
    throw fabricErrors.create("FABRIC_CERTIFICATE_INVALID", { reason: `it is not a PEM block labelled ${label}` });
  return block.der;
}

/** PEM text of DER bytes, in lines of 64 characters and ended by a newline, as Go writes it. */
export function writePem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
