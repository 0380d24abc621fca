/** What separates the parts of a composite key, and begins and ends one (Fabric shim: minUnicodeRuneValue). */
const SEPARATOR = "\u0000";

/** A key for people: the parts of a composite key with ▸ between them; other control characters as their code. */
export function showKey(key: string): string {
  const parts = key.startsWith(SEPARATOR) ? key.split(SEPARATOR).slice(1) : [key];
  const text = (parts.length > 1 && parts.at(-1) === "" ? parts.slice(0, -1) : parts).join(" ▸ ");
  return text.replaceAll(/[\p{Cc}\u{10ffff}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
