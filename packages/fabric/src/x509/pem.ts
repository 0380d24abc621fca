import { fabricErrors } from "../errors.ts";

const block = /^-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\r\n]+?)\r?\n?-----END \1-----\r?\n?$/;

/** The DER bytes of the only block in a PEM text. Throws `FABRIC_CERTIFICATE_INVALID` for another label or more text. */
export function readPem(pem: string, label: string): Buffer {
  const match = block.exec(pem);
  if (match === null || match[1] !== label) {
    throw fabricErrors.create("FABRIC_CERTIFICATE_INVALID", { reason: `it is not one PEM block labelled ${label}` });
  }
  return Buffer.from(match[2] ?? "", "base64");
}

/** PEM text of DER bytes, in lines of 64 characters and ended by a newline, as Go writes it. */
export function writePem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
