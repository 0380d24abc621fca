import { readFileSync } from "node:fs";
import path from "node:path";

/** What Fabric's msp package said of one identity; texts are absent where there was no error. */
interface Verdict {
  readonly deserialize?: string | undefined;
  readonly validate?: string | undefined;
  readonly id?: string;
  /** Names of the case's principals that it satisfies. */
  readonly satisfies?: readonly string[];
}

/** One MSP and what Fabric said of identities and signatures under it. `Blob` is base64, or an index into a table of it. */
export interface JudgedCase<Blob> {
  readonly name: string;
  readonly v3?: boolean;
  readonly config: Blob;
  /** Why Fabric did not set up the MSP. */
  readonly setup?: string | undefined;
  readonly identities: ReadonlyArray<{ readonly name: string; readonly idBytes: Blob; readonly verdict?: Verdict | undefined }>;
  readonly principals?: ReadonlyArray<{ readonly name: string; readonly bytes: Blob }> | undefined;
  readonly signatures?:
    | ReadonlyArray<{
        readonly name: string;
        readonly identity: string;
        readonly message: Blob;
        readonly signature: Blob;
        readonly valid: boolean;
      }>
    | undefined;
}

/** The recorded cases, with bytes in place of indexes. */
export function readMspVectors(): JudgedCase<Buffer>[] {
  const file = path.join(import.meta.dirname, "../vectors/msp.json");
  const { blobs, cases } = JSON.parse(readFileSync(file, "utf8")) as { blobs: string[]; cases: JudgedCase<number>[] };
  const at = (index: number): Buffer => Buffer.from(blobs[index] ?? "", "base64");
  return cases.map((one) => ({
    ...one,
    config: at(one.config),
    identities: one.identities.map((identity) => ({ ...identity, idBytes: at(identity.idBytes) })),
    principals: one.principals?.map((principal) => ({ ...principal, bytes: at(principal.bytes) })),
    signatures: one.signatures?.map((entry) => ({ ...entry, message: at(entry.message), signature: at(entry.signature) })),
  }));
}
