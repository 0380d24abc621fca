import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { sha256 } from "@heddle/fabric";
import { lifecycle } from "@heddle/fabric/wire";

/** The value of one field of a structure kept in the state of `_lifecycle`. */
export type FieldValue =
  | { readonly kind: "int64"; readonly value: bigint }
  | { readonly kind: "bytes"; readonly value: Uint8Array }
  | { readonly kind: "string"; readonly value: string };

/** A structure as `_lifecycle` stores it: one key per field, in the given order, and one key for the description. */
export interface Structure {
  /** `ChaincodeDefinition`, `ChaincodeParameters` or `ChaincodeLocalPackage`. */
  readonly datatype: string;
  readonly fields: readonly (readonly [name: string, value: FieldValue])[];
}

/** Reads the value of a key; undefined when the key is absent. */
export type ReadKey = (key: string) => Uint8Array | undefined;

/** State that a structure is written to: public state of `_lifecycle`, or an organization's implicit collection. */
export interface WritableState {
  readonly get: ReadKey;
  readonly put: (key: string, value: Uint8Array) => void;
  readonly delete: (key: string) => void;
}

/** Another organization's implicit collection: only hashes can be seen. */
export type ReadHash = (key: string) => Uint8Array | undefined;

/** Key of a structure's description. Fabric: core/chaincode/lifecycle/serializer.go. */
export function metadataKey(prefix: string, name: string): string {
  return `${prefix}/metadata/${name}`;
}

/** Key of one field of a structure. */
export function fieldKey(prefix: string, name: string, field: string): string {
  return `${prefix}/fields/${name}/${field}`;
}

/** Marshals one field: lifecycle.StateData, where an empty value is still written out. */
export function encodeField(field: FieldValue): Uint8Array {
  const type =
    field.kind === "int64"
      ? ({ case: "Int64", value: field.value } as const)
      : field.kind === "bytes"
        ? ({ case: "Bytes", value: field.value } as const)
        : ({ case: "String", value: field.value } as const);
  return toBinary(lifecycle.StateDataSchema, create(lifecycle.StateDataSchema, { Type: type }));
}

/** The description of a structure, if there is one. Throws when its bytes cannot be decoded. */
export function readMetadata(prefix: string, name: string, get: ReadKey): lifecycle.StateMetadata | undefined {
  const bytes = get(metadataKey(prefix, name));
  return bytes === undefined ? undefined : fromBinary(lifecycle.StateMetadataSchema, bytes);
}

function readField(prefix: string, name: string, field: string, get: ReadKey): lifecycle.StateData {
  const bytes = get(fieldKey(prefix, name, field));
  return fromBinary(lifecycle.StateDataSchema, bytes ?? new Uint8Array());
}

/** An integer field; 0 when absent. Throws when the field is of another kind. */
export function readInt64(prefix: string, name: string, field: string, get: ReadKey): bigint {
  const { Type: type } = readField(prefix, name, field, get);
  if (type.case === undefined) return 0n;
  if (type.case !== "Int64")
    throw new Error(`expected key ${fieldKey(prefix, name, field)} to encode a value of type Int64, but was ${type.case}`);
  return type.value;
}

/** A bytes field; empty when absent. Throws when the field is of another kind. */
export function readBytes(prefix: string, name: string, field: string, get: ReadKey): Uint8Array {
  const { Type: type } = readField(prefix, name, field, get);
  if (type.case === undefined) return new Uint8Array();
  if (type.case !== "Bytes")
    throw new Error(`expected key ${fieldKey(prefix, name, field)} to encode a value of type []byte, but was ${type.case}`);
  return type.value;
}

/** A text field; empty when absent. Throws when the field is of another kind. */
export function readString(prefix: string, name: string, field: string, get: ReadKey): string {
  const { Type: type } = readField(prefix, name, field, get);
  if (type.case === undefined) return "";
  if (type.case !== "String")
    throw new Error(`expected key ${fieldKey(prefix, name, field)} to encode a value of type String, but was ${type.case}`);
  return type.value;
}

function encodeMetadata(structure: Structure): Uint8Array {
  return toBinary(
    lifecycle.StateMetadataSchema,
    create(lifecycle.StateMetadataSchema, { datatype: structure.datatype, fields: structure.fields.map(([field]) => field) }),
  );
}

/**
 * Writes a structure, touching only keys whose value changes, and deletes
 * fields that the structure no longer has. Reads and writes are the same, key
 * by key, as a Fabric peer's, because they become part of the endorsed bytes.
 */
export function writeStructure(prefix: string, name: string, structure: Structure, state: WritableState): void {
  const metadata = readMetadata(prefix, name, (key) => state.get(key));
  const existing = new Map<string, Uint8Array | undefined>();
  for (const field of metadata?.fields ?? []) {
    const key = fieldKey(prefix, name, field);
    existing.set(key, state.get(key));
  }
  for (const [field, value] of structure.fields) {
    const key = fieldKey(prefix, name, field);
    const bytes = encodeField(value);
    if (!existing.has(key) || Buffer.compare(existing.get(key) ?? new Uint8Array(), bytes) !== 0) state.put(key, bytes);
    existing.delete(key);
  }
  const described =
    metadata !== undefined && metadata.datatype === structure.datatype && metadata.fields.length === structure.fields.length;
  if (existing.size > 0 || !described) state.put(metadataKey(prefix, name), encodeMetadata(structure));
  for (const key of existing.keys()) state.delete(key);
}

/**
 * Compares a structure with hashes: which parts differ. An empty answer means
 * that the other side holds exactly this structure. When the description
 * itself differs, the datatype is the only mismatch named.
 */
export function structureMismatches(prefix: string, name: string, structure: Structure, hash: ReadHash): string[] {
  const metadataHash = hash(metadataKey(prefix, name));
  const hashes = structure.fields.map(([field]) => hash(fieldKey(prefix, name, field)));
  if (!matches(metadataHash, encodeMetadata(structure))) return [structure.datatype];
  return structure.fields.flatMap(([field, value], index) => (matches(hashes[index], encodeField(value)) ? [] : [field]));
}

function matches(hash: Uint8Array | undefined, bytes: Uint8Array): boolean {
  return hash !== undefined && Buffer.compare(hash, sha256(bytes)) === 0;
}
