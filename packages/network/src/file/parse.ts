import { isMap, isNode, isScalar, LineCounter, parseDocument, visit, type Document, type YAMLMap } from "yaml";
import { networkErrors } from "../catalogue.ts";
import type { NetworkFile } from "../schema/network-file.ts";
import type { PathPart } from "../validation/path.ts";
import { validateWithLines } from "../validation/validate.ts";

/** Largest network file that is read, in bytes: more than twice what 50 organisations with everything they may have need. */
export const MAX_FILE_BYTES = 512 * 1024;

const TOO_DEEP = "it is nested too deeply";

/**
 * Reads a network file from YAML or JSON, checks it and fills its defaults.
 * @throws HeddleError `NETWORK_FILE_TOO_LARGE`, `NETWORK_FILE_UNREADABLE` (with the line), or what {@link validateNetwork} throws.
 */
export function parseNetworkFile(text: string): NetworkFile {
  const bytes = new TextEncoder().encode(text).byteLength;
  if (bytes > MAX_FILE_BYTES) throw networkErrors.create("NETWORK_FILE_TOO_LARGE", { bytes, limit: MAX_FILE_BYTES });
  const lines = new LineCounter();
  // Keys are compared below: yaml compares each with all before it, which takes minutes for a large map.
  const options = { lineCounter: lines, prettyErrors: false, uniqueKeys: false, schema: "core", logLevel: "error" } as const;
  const document = parseDocument(text, options);
  // A warning is what yaml would guess at, such as a tag it does not know.
  const [fault = faultOf(document)] = [...document.errors, ...document.warnings];
  if (fault !== undefined) throw unreadable(fault.message, lines.linePos(fault.pos[0]).line);
  return validateWithLines(plain(document), (parts) => lineOf(document, lines, parts));
}

/** Deepest nesting of a network file is seven; what is far deeper is made to wear the reader out. */
const MAX_DEPTH = 50;

interface Fault {
  readonly message: string;
  readonly pos: readonly [number, ...number[]];
}

/** What a network file may not have although YAML allows it: nesting without end, or a key twice in one map. */
function faultOf(document: Document.Parsed): Fault | undefined {
  let found: Fault | undefined;
  visit(document, {
    Collection(_position, node, ancestors) {
      if (ancestors.length > 2 * MAX_DEPTH) found = { message: TOO_DEEP, pos: [node.range?.[0] ?? 0] };
      else if (isMap(node)) found = repeatedKey(node);
      return found === undefined ? undefined : visit.BREAK;
    },
  });
  return found;
}

function repeatedKey({ items }: YAMLMap): Fault | undefined {
  const seen = new Set<unknown>();
  for (const { key } of items) {
    const value = isScalar(key) ? key.value : key;
    if (seen.has(value) && isNode(key)) return { message: `the key ${String(value)} is there twice`, pos: [key.range?.[0] ?? 0] };
    seen.add(value);
  }
  return undefined;
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

function unreadable(told: string, line: number): Error {
  // yaml itself gives up where the stack ends.
  const reason = told.startsWith("Maximum call stack") ? TOO_DEEP : told;
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
