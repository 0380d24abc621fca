import { fromBinary } from "@bufbuild/protobuf";
import { lifecycle } from "@heddle/fabric/wire";

import type { StateView } from "../ledger/types.ts";
import { fieldKey, metadataKey, readBytes, readInt64 } from "./serializer.ts";

/** Namespace that holds chaincode definitions. */
export const lifecycleNamespace = "_lifecycle";

/** Prefix of the keys of definitions inside {@link lifecycleNamespace}, public and approved. */
export const definitionsPrefix = "namespaces";

/** Datatype of a committed definition. */
export const definitionDatatype = "ChaincodeDefinition";

const implicitPrefix = "_implicit_org_";

/** Name of the collection that every organization has in every namespace without defining it. */
export function implicitCollection(mspId: string): string {
  return implicitPrefix + mspId;
}

/** MSP id of an implicit collection's organization; undefined when the name is not of an implicit collection. Fabric: core/chaincode/implicitcollection. */
export function implicitCollectionOwner(collection: string): string | undefined {
  return collection.startsWith(implicitPrefix) ? collection.slice(implicitPrefix.length) : undefined;
}

/** A chaincode definition as committed on a channel. */
export interface ChaincodeDefinition {
  readonly sequence: number;
  readonly version: string;
  readonly endorsementPlugin: string;
  readonly validationPlugin: string;
  /** Marshaled peer.ApplicationPolicy. */
  readonly validationParameter: Uint8Array;
  /** Marshaled peer.CollectionConfigPackage; absent when the definition has none. */
  readonly collections?: Uint8Array | undefined;
  readonly initRequired: boolean;
}

/** Fields of a definition, in the order in which Fabric reads them after the description. */
const fieldNames = ["Sequence", "EndorsementInfo", "ValidationInfo", "Collections"] as const;

/**
 * Definitions by the bytes of their description, with the bytes of their fields: a state that has not
 * changed gives the same objects again, and every transaction asks for its chaincode's definition several times.
 */
const decoded = new WeakMap<
  Uint8Array,
  { readonly fields: readonly (Uint8Array | undefined)[]; readonly definition: ChaincodeDefinition }
>();

/**
 * The committed definition of a chaincode, or undefined. `get` reads a key of
 * namespace `_lifecycle`; keys are read in Fabric's order (description,
 * Sequence, EndorsementInfo, ValidationInfo, Collections). Throws an Error when
 * the name is defined but is not a chaincode, or its bytes cannot be decoded.
 * Fabric: core/chaincode/lifecycle, `ChaincodeDefinitionIfDefined`.
 */
export function readDefinition(get: (key: string) => Uint8Array | undefined, name: string): ChaincodeDefinition | undefined {
  const description = get(metadataKey(definitionsPrefix, name));
  if (description === undefined) return undefined;
  const fields = fieldNames.map((field) => get(fieldKey(definitionsPrefix, name, field)));
  const known = decoded.get(description);
  if (known?.fields.every((bytes, index) => bytes === fields[index]) === true) return known.definition;
  const definition = decodeDefinition(name, description, fields);
  decoded.set(description, { fields, definition });
  return definition;
}

function decodeDefinition(name: string, description: Uint8Array, fields: readonly (Uint8Array | undefined)[]): ChaincodeDefinition {
  const { datatype } = fromBinary(lifecycle.StateMetadataSchema, description);
  if (datatype !== definitionDatatype) throw new Error(`not a chaincode type: ${datatype}`);
  const bytesOf = (field: (typeof fieldNames)[number]): Uint8Array =>
    readBytes(definitionsPrefix, name, field, () => fields[fieldNames.indexOf(field)]);
  const sequence = readInt64(definitionsPrefix, name, "Sequence", () => fields[0]);
  const endorsement = fromBinary(lifecycle.ChaincodeEndorsementInfoSchema, bytesOf("EndorsementInfo"));
  const validation = fromBinary(lifecycle.ChaincodeValidationInfoSchema, bytesOf("ValidationInfo"));
  const collections = bytesOf("Collections");
  return {
    sequence: Number(sequence),
    version: endorsement.version,
    endorsementPlugin: endorsement.endorsementPlugin,
    validationPlugin: validation.validationPlugin,
    validationParameter: validation.validationParameter,
    collections: collections.length === 0 ? undefined : collections,
    initRequired: endorsement.initRequired,
  };
}

/** Every chaincode definition committed on a channel, by name in UTF-8 order. */
export function listDefinitions(view: StateView): { name: string; definition: ChaincodeDefinition }[] {
  const start = `${definitionsPrefix}/metadata/`;
  const end = `${definitionsPrefix}/metadata0`; // "0" is the byte after "/"
  const found: { name: string; definition: ChaincodeDefinition }[] = [];
  for (const { key, entry } of view.range(lifecycleNamespace, start, end)) {
    if (fromBinary(lifecycle.StateMetadataSchema, entry.value).datatype !== definitionDatatype) continue;
    const name = key.slice(start.length);
    const definition = readDefinition((wanted) => view.get(lifecycleNamespace, wanted)?.value, name);
    if (definition !== undefined) found.push({ name, definition });
  }
  return found;
}
