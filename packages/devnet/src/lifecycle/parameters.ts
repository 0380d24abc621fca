import { create, toBinary } from "@bufbuild/protobuf";
import { endorsementPolicyBytes } from "@heddle/fabric";
import { lifecycle, peer } from "@heddle/fabric/wire";
import type { ChaincodeDefinition } from "../definitions/definitions.ts";
import type { FieldValue, Structure } from "../definitions/serializer.ts";

/** A definition as a caller proposes it, with Fabric's defaults filled in. */
export interface ProposedDefinition {
  readonly name: string;
  readonly sequence: number;
  readonly endorsementInfo: Uint8Array;
  readonly validationInfo: Uint8Array;
  readonly collections: Uint8Array;
  readonly version: string;
}

/** The fields that approve, readiness and commit arguments have in common. */
export type DefinitionArgs = Pick<
  lifecycle.CommitChaincodeDefinitionArgs,
  "name" | "version" | "sequence" | "endorsementPlugin" | "validationPlugin" | "validationParameter" | "collections" | "initRequired"
>;

const NAME = /^[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$/;
const VERSION = /^[A-Za-z0-9_.+-]+$/;
const SYSTEM = new Set(["_lifecycle", "cscc", "lscc", "qscc"]);
const DEFAULT_POLICY = "/Channel/Application/Endorsement";

/** Throws an Error with Fabric's text for a name, version or collections that cannot be defined (core/chaincode/lifecycle/scc.go). */
function validate(args: DefinitionArgs): void {
  const refuse = (reason: string): Error => new Error(`error validating chaincode definition: ${reason}`);
  if (!NAME.test(args.name))
    throw refuse(
      `invalid chaincode name '${args.name}'. Names can only consist of alphanumerics, '_', and '-' and can only begin with alphanumerics`,
    );
  if (SYSTEM.has(args.name)) throw refuse(`chaincode name '${args.name}' is the name of a system chaincode`);
  if (!VERSION.test(args.version)) {
    throw refuse(`invalid chaincode version '${args.version}'. Versions can only consist of alphanumerics, '_', '-', '+', and '.'`);
  }
  requireNoCollections(args);
}

/** Throws for a definition with collections. */
export function requireNoCollections({ collections }: DefinitionArgs): void {
  if ((collections?.config.length ?? 0) === 0) return;
  throw new Error(
    "error validating chaincode definition: private data collections are not supported by the embedded network of this version",
  );
}

/** Checks arguments and fills in defaults. Throws an Error with Fabric's text. */
export function proposedDefinition(args: DefinitionArgs): ProposedDefinition {
  validate(args);
  return withDefaults(args);
}

/** Fills in defaults. */
export function withDefaults(args: DefinitionArgs): ProposedDefinition {
  const endorsementInfo = create(lifecycle.ChaincodeEndorsementInfoSchema, {
    version: args.version,
    endorsementPlugin: args.endorsementPlugin === "" ? "escc" : args.endorsementPlugin,
    initRequired: args.initRequired,
  });
  const validationInfo = create(lifecycle.ChaincodeValidationInfoSchema, {
    validationPlugin: args.validationPlugin === "" ? "vscc" : args.validationPlugin,
    validationParameter: args.validationParameter.length === 0 ? endorsementPolicyBytes(DEFAULT_POLICY) : args.validationParameter,
  });
  return {
    name: args.name,
    version: args.version,
    sequence: Number(args.sequence),
    endorsementInfo: toBinary(lifecycle.ChaincodeEndorsementInfoSchema, endorsementInfo),
    validationInfo: toBinary(lifecycle.ChaincodeValidationInfoSchema, validationInfo),
    collections: toBinary(peer.CollectionConfigPackageSchema, create(peer.CollectionConfigPackageSchema)),
  };
}

const bytes = (value: Uint8Array): FieldValue => ({ kind: "bytes", value });

/** What an organisation approves: everything but the sequence, which is part of the name. Fields in the order Fabric sorts them. */
export function parametersStructure(definition: ProposedDefinition): Structure {
  return { datatype: "ChaincodeParameters", fields: parameterFields(definition) };
}

function parameterFields(definition: ProposedDefinition): Array<readonly [string, FieldValue]> {
  return [
    ["EndorsementInfo", bytes(definition.endorsementInfo)],
    ["ValidationInfo", bytes(definition.validationInfo)],
    ["Collections", bytes(definition.collections)],
  ];
}

/** What is committed. */
export function definitionStructure(definition: ProposedDefinition): Structure {
  return {
    datatype: "ChaincodeDefinition",
    fields: [["Sequence", { kind: "int64", value: BigInt(definition.sequence) }], ...parameterFields(definition)],
  };
}

/** Which package an organisation runs; empty for none. */
export function sourceStructure(packageId: string): Structure {
  return { datatype: "ChaincodeLocalPackage", fields: [["PackageID", { kind: "string", value: packageId }]] };
}

/** The name that an approval is kept under. */
export function approvalName(name: string, sequence: number): string {
  return `${name}#${sequence}`;
}

/** A committed definition in the form of a proposed one, to compare the two. */
export function committedAsProposed(name: string, committed: ChaincodeDefinition): ProposedDefinition {
  return {
    ...proposedDefinition({
      name,
      version: committed.version,
      sequence: BigInt(committed.sequence),
      endorsementPlugin: committed.endorsementPlugin,
      validationPlugin: committed.validationPlugin,
      validationParameter: committed.validationParameter,
      initRequired: committed.initRequired,
    }),
    collections: committed.collections ?? new Uint8Array(),
  };
}
