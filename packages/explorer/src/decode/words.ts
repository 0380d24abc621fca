import { isUtf8 } from "node:buffer";

/** Words of a transaction that are indexed at most, and letters of each. */
const MOST_WORDS = 256;
const LONGEST_WORD = 64;
/** Bytes of a value that are looked at. */
const MOST_BYTES = 8192;

const WORD = /[\p{L}\p{N}]+/gu;

/** The words of a text, lower case, each once. */
export function wordsOf(text: string, into: Set<string> = new Set()): Set<string> {
  for (const word of text.toLowerCase().match(WORD) ?? []) {
    if (into.size >= MOST_WORDS) break;
    into.add(word.length > LONGEST_WORD ? word.slice(0, LONGEST_WORD) : word);
  }
  return into;
}

/** The words of values that are text, with a space between them. */
export function wordsOfValues(values: Iterable<Uint8Array | undefined>): string {
  const words = new Set<string>();
  for (const value of values) {
    if (value === undefined || !isUtf8(value)) continue;
    const end = Math.min(value.length, MOST_BYTES);
    wordsOf(Buffer.from(value.buffer, value.byteOffset, end).toString("utf8"), words);
  }
  return [...words].join(" ");
}
