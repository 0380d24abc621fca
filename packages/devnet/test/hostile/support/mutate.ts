import type { Random } from "./random.ts";

/** A field of a protobuf message as it stands on the wire. */
interface Field {
  number: number;
  wireType: number;
  /** Of a varint or a fixed field, its bytes; of a length-delimited one, its content. */
  content: Buffer;
  /** The length to state in place of the content's own. */
  statedLength?: number;
}

function readVarint(bytes: Buffer, at: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let index = 0; index < 10; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  return undefined;
}

function writeVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return Buffer.from(bytes);
}

/** Takes bytes apart as a message; undefined when they are none. */
function readFields(bytes: Buffer): Field[] | undefined {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = readVarint(bytes, at);
    if (tag === undefined || tag.value < 8 || tag.value > 0xffff) return undefined;
    const [number, wireType] = [Math.floor(tag.value / 8), tag.value % 8];
    const content = readContent(bytes, tag.end, wireType);
    if (content === undefined) return undefined;
    fields.push({ number, wireType, content: bytes.subarray(content.start, content.end) });
    at = content.end;
  }
  return fields;
}

function readContent(bytes: Buffer, at: number, wireType: number): { start: number; end: number } | undefined {
  const fixed = wireType === 1 ? 8 : wireType === 5 ? 4 : undefined;
  if (fixed !== undefined) return at + fixed > bytes.length ? undefined : { start: at, end: at + fixed };
  const varint = readVarint(bytes, at);
  if (varint === undefined) return undefined;
  if (wireType === 0) return { start: at, end: varint.end };
  if (wireType !== 2 || varint.end + varint.value > bytes.length) return undefined;
  return { start: varint.end, end: varint.end + varint.value };
}

function writeFields(fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.flatMap(({ number, wireType, content, statedLength }) => [
      writeVarint(number * 8 + wireType),
      ...(wireType === 2 ? [writeVarint(statedLength ?? content.length)] : []),
      content,
    ]),
  );
}

type Mutation = (fields: Field[], at: number, field: Field, random: Random) => void;

const HUGE = [0x7fffffff, 0xffffffff, 2 ** 40, Number.MAX_SAFE_INTEGER];

/** What can be done to one field. */
const fieldMutations: Readonly<Record<string, Mutation>> = {
  remove: (fields, at) => void fields.splice(at, 1),
  duplicate: (fields, at, field) => void fields.splice(at, 0, { ...field }),
  empty: (_fields, _at, field) => void (field.content = field.wireType === 2 ? Buffer.alloc(0) : field.content),
  truncate: (_fields, _at, field, random) =>
    void (field.content = field.wireType === 2 ? field.content.subarray(0, random.below(field.content.length + 1)) : field.content),
  extend: (_fields, _at, field, random) =>
    void (field.content = field.wireType === 2 ? Buffer.concat([field.content, random.bytes(1 + random.below(16))]) : field.content),
  flip: (_fields, _at, field, random) => {
    const content = Buffer.from(field.content);
    const byte = random.below(Math.max(1, content.length));
    if (content.length > 0) content[byte] = (content[byte] ?? 0) ^ (1 << random.below(field.wireType === 0 ? 7 : 8));
    field.content = content;
  },
  noise: (_fields, _at, field, random) => void (field.content = field.wireType === 2 ? random.bytes(random.below(64)) : field.content),
  number: (_fields, _at, field, random) => void (field.number = 1 + random.below(20)),
  wireType: (_fields, _at, field, random) => void (field.wireType = random.below(8)),
  lengthLie: (_fields, _at, field, random) =>
    void (field.statedLength = random.pick([field.content.length + 1, Math.max(0, field.content.length - 1), ...HUGE])),
  hugeNumber: (_fields, _at, field, random) =>
    void (field.content =
      field.wireType === 0 ? random.pick([...HUGE.map(writeVarint), Buffer.from("ffffffffffffffffff01", "hex")]) : field.content),
  swap: (fields, at, field, random) => {
    const other = random.below(fields.length);
    const moved = fields[other];
    if (moved === undefined) return;
    fields[other] = field;
    fields[at] = moved;
  },
  unknown: (fields, at, _field, random) =>
    void fields.splice(at, 0, { number: 500 + random.below(1000), wireType: 2, content: random.bytes(random.below(32)) }),
  nest: (_fields, _at, field) => {
    let content = field.content;
    for (let depth = 0; depth < 200; depth += 1)
      content = Buffer.concat([writeVarint(field.number * 8 + 2), writeVarint(content.length), content]);
    field.content = content;
    field.wireType = 2;
  },
};
const kinds = Object.keys(fieldMutations);

/** What can be done to bytes that are no message, or to the whole of one. */
function mutateBytes(bytes: Buffer, random: Random): Buffer {
  switch (random.below(5)) {
    case 0:
      return bytes.subarray(0, random.below(bytes.length + 1));
    case 1:
      return Buffer.concat([bytes, random.bytes(1 + random.below(40))]);
    case 2:
      return random.bytes(random.below(200));
    case 3: {
      const flipped = Buffer.from(bytes);
      const at = random.below(Math.max(1, bytes.length));
      if (bytes.length > 0) flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8));
      return flipped;
    }
    default:
      return Buffer.concat([bytes.subarray(random.below(bytes.length + 1)), bytes.subarray(0, random.below(bytes.length + 1))]);
  }
}

/**
 * Bytes that differ from a message's in one place, somewhere in its tree: a field that is removed, doubled, cut,
 * moved, renumbered, of another type, with a length that lies, or with noise in it. Now and then the whole is noise.
 */
export function mutate(bytes: Uint8Array, random: Random): Buffer {
  const original = Buffer.from(bytes);
  const changed = random.below(12) === 0 ? mutateBytes(original, random) : mutateTree(original, random);
  return changed.equals(original) ? Buffer.concat([changed, Buffer.from([0x07])]) : changed;
}

function mutateTree(bytes: Buffer, random: Random): Buffer {
  const fields = readFields(bytes);
  if (fields === undefined || fields.length === 0) return mutateBytes(bytes, random);
  const at = random.below(fields.length);
  const field = fields[at];
  if (field === undefined) return bytes;
  const deeper = field.wireType === 2 && field.content.length > 1 && random.below(4) > 0 && readFields(field.content) !== undefined;
  if (deeper) field.content = mutateTree(field.content, random);
  else fieldMutations[random.pick(kinds)]?.(fields, at, field, random);
  return writeFields(fields);
}
