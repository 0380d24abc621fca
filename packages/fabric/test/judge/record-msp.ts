// Reads judged MSP cases from standard input and prints them for msp.json: every certificate once. See ../vectors/README.md.
import { text } from "node:stream/consumers";
import type { JudgedCase } from "../support/msp-vectors.ts";

const cases = JSON.parse(await text(process.stdin)) as JudgedCase<string>[];
const blobs: string[] = [];
const indexes = new Map<string, number>();

function keep(blob: string): number {
  const known = indexes.get(blob);
  if (known !== undefined) return known;
  indexes.set(blob, blobs.length);
  return blobs.push(blob) - 1;
}

const short = (reason: string | undefined): string | undefined =>
  reason === undefined || reason === "" ? undefined : reason.slice(0, 120);

const packed = cases.map((one): JudgedCase<number> => ({
  ...one,
  setup: short(one.setup),
  config: keep(one.config),
  identities: one.identities.map(({ idBytes, verdict, ...rest }) => ({
    ...rest,
    idBytes: keep(idBytes),
    verdict: verdict === undefined ? undefined : { ...verdict, deserialize: short(verdict.deserialize), validate: short(verdict.validate) },
  })),
  principals: one.principals?.map(({ bytes, ...rest }) => ({ ...rest, bytes: keep(bytes) })),
  signatures: one.signatures?.map(({ message, signature, ...rest }) => ({ ...rest, message: keep(message), signature: keep(signature) })),
}));

console.log(
  `{"blobs":[\n${blobs.map((blob) => JSON.stringify(blob)).join(",\n")}\n],\n"cases":[\n${packed.map((one) => JSON.stringify(one)).join(",\n")}\n]}`,
);
