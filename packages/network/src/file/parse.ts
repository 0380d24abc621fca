import { isNode, LineCounter, parseDocument, type Document } from "yaml";
import { networkErrors } from "../catalogue.ts";
import type { NetworkFile } from "../schema/network-file.ts";
import type { PathPart } from "../validation/path.ts";
import { validateWithLines } from "../validation/validate.ts";

/** Largest network file that is read, in bytes. */
export const MAX_FILE_BYTES = 1024 * 1024;

/**
 * Reads a network file from YAML or JSON, checks it and fills its defaults.
 * @throws HeddleError `NETWORK_FILE_TOO_LARGE`, `NETWORK_FILE_UNREADABLE` (with the line), or what {@link validateNetwork} throws.
 */
export function parseNetworkFile(text: string): NetworkFile {
  const bytes = new TextEncoder().encode(text).byteLength;
  if (bytes > MAX_FILE_BYTES) throw networkErrors.create("NETWORK_FILE_TOO_LARGE", { bytes, limit: MAX_FILE_BYTES });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, schema: "core" });
  const [fault] = document.errors;
  if (fault !== undefined) throw unreadable(fault.message, lines.linePos(fault.pos[0]).line);
  return validateWithLines(plain(document), (parts) => lineOf(document, lines, parts));
}

/** The document as plain values; `yaml` stops at a hundred aliases, so a small text cannot grow without bound. */
function plain(document: Document.Parsed): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return value ?? {};
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : String(error), 1);
  }
}

function unreadable(reason: string, line: number): Error {
  return networkErrors.create("NETWORK_FILE_UNREADABLE", { reason: `line ${line}: ${reason}`, line });
}

/** The line of a value, or of the nearest thing around it that is there. */
function lineOf(document: Document.Parsed, lines: LineCounter, parts: readonly PathPart[]): number | undefined {
  for (let length = parts.length; length > 0; length--) {
    const node: unknown = document.getIn(parts.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}
