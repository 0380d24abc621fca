import { fromBinary } from "@bufbuild/protobuf";
import { lifecycle } from "@heddle/fabric/wire";
import { lifecycleNamespace, readDefinition, definitionsPrefix } from "../definitions/definitions.ts";
import { fieldKey, readBytes, readInt64, readMetadata, readString, type ReadKey, type Structure } from "../definitions/serializer.ts";
import type { TxSimulator } from "../simulation/simulator.ts";
import { approvalName, committedAsProposed, parametersStructure, type ProposedDefinition } from "./parameters.ts";

/** Prefix of what is kept on packages. */
export const sourcesPrefix = "chaincode-sources";

/** The sequence that is committed for a name; 0 when none is. */
export function currentSequence(name: string, get: ReadKey): number {
  return Number(readInt64(definitionsPrefix, name, "Sequence", get));
}

/**
 * Reads what a peer reads when it validates the arguments of a definition: the committed
 * definition or, without one, the legacy one. The reads become part of what is endorsed.
 */
export function readCommitted(name: string, simulator: TxSimulator): void {
  const committed = readDefinition((key) => simulator.getState(lifecycleNamespace, key), name);
  if (committed === undefined) simulator.getState("lscc", name);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** Whether the organisation has approved exactly this, with this package, before. */
function unchanged(definition: ProposedDefinition, packageId: string, get: ReadKey): boolean {
  const name = approvalName(definition.name, definition.sequence);
  if (readMetadata(definitionsPrefix, name, get) === undefined) return false;
  const structure: Structure = parametersStructure(definition);
  const kept = structure.fields.map(([field]) => readBytes(definitionsPrefix, name, field, get));
  const same = structure.fields.every(
    ([, value], index) => value.kind === "bytes" && sameBytes(value.value, kept[index] ?? new Uint8Array()),
  );
  if (!same || readMetadata(sourcesPrefix, name, get) === undefined) return false;
  return readString(sourcesPrefix, name, "PackageID", get) === packageId;
}

/** How a proposed definition differs from the committed one, in Fabric's words (`ChaincodeParameters.Equal`); undefined when it does not. */
function difference(committed: ProposedDefinition, proposed: ProposedDefinition): string | undefined {
  const [before, after] = [committed, proposed].map(({ endorsementInfo, validationInfo }) => ({
    ...fromBinary(lifecycle.ChaincodeEndorsementInfoSchema, endorsementInfo),
    ...fromBinary(lifecycle.ChaincodeValidationInfoSchema, validationInfo),
  }));
  if (before === undefined || after === undefined) return undefined;
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
  const fields = [
    ["Version", before.version, after.version],
    ["EndorsementPlugin", before.endorsementPlugin, after.endorsementPlugin],
    ["InitRequired", String(before.initRequired), String(after.initRequired)],
    ["ValidationPlugin", before.validationPlugin, after.validationPlugin],
    ["ValidationParameter", hex(before.validationParameter), hex(after.validationParameter)],
  ] as const;
  const different = fields.find(([, old, now]) => old !== now);
  if (different !== undefined) return `expected ${different[0]} '${different[1]}' does not match passed ${different[0]} '${different[2]}'`;
  return sameBytes(committed.collections, proposed.collections) ? undefined : "Collections do not match";
}

/** Throws with Fabric's text unless the organisation may approve this sequence now (core/chaincode/lifecycle/lifecycle.go). */
export function checkApproval(definition: ProposedDefinition, packageId: string, publicGet: ReadKey, organizationGet: ReadKey): void {
  const { name, sequence } = definition;
  const current = currentSequence(name, publicGet);
  if (current === sequence && sequence === 0) throw new Error("requested sequence is 0, but first definable sequence number is 1");
  if (sequence < current) throw new Error(`currently defined sequence ${current} is larger than requested sequence ${sequence}`);
  if (sequence > current + 1)
    throw new Error(`requested sequence ${sequence} is larger than the next available sequence number ${current + 1}`);
  if (sequence === current) {
    const committed = readDefinition(publicGet, name);
    if (committed === undefined) throw new Error(`missing metadata for currently committed sequence number (${current})`);
    const changed = difference(committedAsProposed(name, committed), definition);
    if (changed !== undefined) {
      throw new Error(
        `attempted to redefine the current committed sequence (${current}) for namespace ${name} with different parameters: ${changed}`,
      );
    }
    if (unchanged(definition, packageId, organizationGet))
      throw new Error(`attempted to redefine the current committed sequence (${current}) for namespace ${name}`);
  } else if (unchanged(definition, packageId, organizationGet)) {
    throw new Error(`attempted to redefine uncommitted sequence (${sequence}) for namespace ${name} with unchanged content`);
  }
}

/** Throws with Fabric's text unless this sequence is the next to be committed. */
export function checkNextSequence(definition: ProposedDefinition, publicGet: ReadKey): void {
  const next = currentSequence(definition.name, publicGet) + 1;
  if (definition.sequence !== next)
    throw new Error(`requested sequence is ${definition.sequence}, but new definition must be sequence ${next}`);
}

/** The package an organisation runs for a sequence, from its own state; undefined when it has named none. */
export function approvedPackage(name: string, sequence: number, get: ReadKey): string | undefined {
  const approval = approvalName(name, sequence);
  if (get(fieldKey(sourcesPrefix, approval, "PackageID")) === undefined) return undefined;
  const packageId = readString(sourcesPrefix, approval, "PackageID", get);
  return packageId === "" ? undefined : packageId;
}
