import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { lifecycle, peer } from "@heddle/fabric/wire";
import {
  definitionDatatype,
  definitionsPrefix,
  lifecycleNamespace,
  readDefinition,
  type ChaincodeDefinition,
} from "../definitions/definitions.ts";
import { readBytes, readMetadata, readString, structureMismatches, writeStructure, type ReadKey } from "../definitions/serializer.ts";
import type { PeerContext } from "../node/types.ts";
import type { TxSimulator } from "../simulation/simulator.ts";
import { checkApproval, checkNextSequence, currentSequence, readCommitted, sourcesPrefix } from "./checks.ts";
import { decodeArgs, NotFoundError } from "./errors.ts";
import {
  approvalName,
  committedAsProposed,
  definitionStructure,
  parametersStructure,
  proposedDefinition,
  requireNoCollections,
  sourceStructure,
  withDefaults,
  type ProposedDefinition,
} from "./parameters.ts";
import { organizationHashes, organizationRange, organizationState, publicState } from "./state.ts";

/** A call of a lifecycle function on a channel. */
export interface ChannelCall {
  readonly peer: PeerContext;
  readonly channelId: string;
  readonly simulator: TxSimulator;
  /** MSP ids of the channel's organisations. */
  readonly organizations: readonly string[];
  readonly argument: Uint8Array;
}

function approve(call: ChannelCall): Uint8Array {
  const args = decodeArgs("ApproveChaincodeDefinitionForMyOrg", lifecycle.ApproveChaincodeDefinitionForMyOrgArgsSchema, call.argument);
  const definition = proposedDefinition(args);
  const { simulator, peer: node } = call;
  readCommitted(definition.name, simulator);
  const packageId = args.source?.Type.case === "localPackage" ? args.source.Type.value.packageId : "";
  const organization = organizationState(simulator, node.mspId);
  checkApproval(definition, packageId, publicState(simulator).get, organization.get);
  const name = approvalName(definition.name, definition.sequence);
  writeStructure(definitionsPrefix, name, parametersStructure(definition), organization);
  writeStructure(sourcesPrefix, name, sourceStructure(packageId), organization);
  return toBinary(
    lifecycle.ApproveChaincodeDefinitionForMyOrgResultSchema,
    create(lifecycle.ApproveChaincodeDefinitionForMyOrgResultSchema),
  );
}

/** Which organisations have approved a definition, and where the others differ. */
function queryApprovals(
  definition: ProposedDefinition,
  { simulator, organizations }: ChannelCall,
): { approvals: Record<string, boolean>; mismatches: Record<string, string[]> } {
  const approvals: Record<string, boolean> = {};
  const mismatches: Record<string, string[]> = {};
  const name = approvalName(definition.name, definition.sequence);
  for (const mspId of organizations) {
    const items = structureMismatches(definitionsPrefix, name, parametersStructure(definition), organizationHashes(simulator, mspId));
    approvals[mspId] = items.length === 0;
    if (items.length > 0) mismatches[mspId] = items;
  }
  return { approvals, mismatches };
}

function checkCommitReadiness(call: ChannelCall): Uint8Array {
  const args = decodeArgs("CheckCommitReadiness", lifecycle.CheckCommitReadinessArgsSchema, call.argument);
  requireNoCollections(args);
  const definition = withDefaults(args);
  checkNextSequence(definition, publicState(call.simulator).get);
  const { approvals, mismatches } = queryApprovals(definition, call);
  const schema = lifecycle.CheckCommitReadinessResultSchema;
  return toBinary(
    schema,
    create(schema, { approvals, mismatches: Object.fromEntries(Object.entries(mismatches).map(([mspId, items]) => [mspId, { items }])) }),
  );
}

function commit(call: ChannelCall): Uint8Array {
  const definition = proposedDefinition(
    decodeArgs("CommitChaincodeDefinition", lifecycle.CommitChaincodeDefinitionArgsSchema, call.argument),
  );
  const { simulator, peer: node } = call;
  readCommitted(definition.name, simulator);
  if (!call.organizations.includes(node.mspId))
    throw new Error("impossibly, this peer's org is processing requests for a channel it is not a member of");
  const state = publicState(simulator);
  checkNextSequence(definition, state.get);
  const { approvals } = queryApprovals(definition, call);
  writeStructure(definitionsPrefix, definition.name, definitionStructure(definition), state);
  if (approvals[node.mspId] !== true) throw new Error(`chaincode definition not agreed to by this org (${node.mspId})`);
  return toBinary(lifecycle.CommitChaincodeDefinitionResultSchema, create(lifecycle.CommitChaincodeDefinitionResultSchema));
}

function wireFields(committed: ChaincodeDefinition) {
  return {
    sequence: BigInt(committed.sequence),
    version: committed.version,
    endorsementPlugin: committed.endorsementPlugin,
    validationPlugin: committed.validationPlugin,
    validationParameter: committed.validationParameter,
    collections:
      committed.collections === undefined
        ? create(peer.CollectionConfigPackageSchema)
        : fromBinary(peer.CollectionConfigPackageSchema, committed.collections),
    initRequired: committed.initRequired,
  };
}

function queryDefinition(call: ChannelCall): Uint8Array {
  const { name } = decodeArgs("QueryChaincodeDefinition", lifecycle.QueryChaincodeDefinitionArgsSchema, call.argument);
  const committed = readDefinition(publicState(call.simulator).get, name);
  if (committed === undefined) throw new NotFoundError(`namespace ${name} is not defined`);
  const { approvals } = queryApprovals(committedAsProposed(name, committed), call);
  const schema = lifecycle.QueryChaincodeDefinitionResultSchema;
  return toBinary(schema, create(schema, { ...wireFields(committed), approvals }));
}

function queryDefinitions({ simulator }: ChannelCall): Uint8Array {
  const start = `${definitionsPrefix}/metadata/`;
  const range = simulator.getStateByRange(lifecycleNamespace, start, `${definitionsPrefix}/metadata/\u007f`);
  const names: string[] = [];
  for (let entry = range.next(); entry !== undefined; entry = range.next()) {
    if (fromBinary(lifecycle.StateMetadataSchema, entry.value).datatype === definitionDatatype) names.push(entry.key.slice(start.length));
  }
  const { get } = publicState(simulator);
  const chaincodeDefinitions = names.flatMap((name) => {
    const committed = readDefinition(get, name);
    return committed === undefined ? [] : [{ name, ...wireFields(committed) }];
  });
  const schema = lifecycle.QueryChaincodeDefinitionsResultSchema;
  return toBinary(schema, create(schema, { chaincodeDefinitions }));
}

/** An approval whose description is known; reads the rest of it, key by key as Fabric does. */
function readApproval(approval: string, sequence: number, { datatype }: lifecycle.StateMetadata, get: ReadKey) {
  if (datatype !== "ChaincodeParameters") throw new Error(`not a chaincode parameters type: ${datatype}`);
  const endorsement = fromBinary(lifecycle.ChaincodeEndorsementInfoSchema, readBytes(definitionsPrefix, approval, "EndorsementInfo", get));
  const validation = fromBinary(lifecycle.ChaincodeValidationInfoSchema, readBytes(definitionsPrefix, approval, "ValidationInfo", get));
  const collections = readBytes(definitionsPrefix, approval, "Collections", get);
  if (readMetadata(sourcesPrefix, approval, get) === undefined)
    throw new Error(`could not fetch chaincode-source metadata for ${approval}`);
  const packageId = readString(sourcesPrefix, approval, "PackageID", get);
  return {
    sequence: BigInt(sequence),
    version: endorsement.version,
    endorsementPlugin: endorsement.endorsementPlugin,
    validationPlugin: validation.validationPlugin,
    validationParameter: validation.validationParameter,
    initRequired: endorsement.initRequired,
    collections: fromBinary(peer.CollectionConfigPackageSchema, collections),
    source: create(lifecycle.ChaincodeSourceSchema, {
      Type: packageId === "" ? { case: "unavailable", value: {} } : { case: "localPackage", value: { packageId } },
    }),
  };
}

function queryApproved(call: ChannelCall): Uint8Array {
  const { name, sequence } = decodeArgs(
    "QueryApprovedChaincodeDefinition",
    lifecycle.QueryApprovedChaincodeDefinitionArgsSchema,
    call.argument,
  );
  const { get } = organizationState(call.simulator, call.peer.mspId);
  let requested = Number(sequence);
  if (requested === 0) {
    const current = currentSequence(name, publicState(call.simulator).get);
    requested = readMetadata(definitionsPrefix, approvalName(name, current + 1), get) === undefined ? current : current + 1;
  }
  const approval = approvalName(name, requested);
  const metadata = readMetadata(definitionsPrefix, approval, get);
  if (metadata === undefined)
    throw new Error(
      `could not fetch approved chaincode definition (name: '${name}', sequence: '${requested}') on channel '${call.channelId}'`,
    );
  const schema = lifecycle.QueryApprovedChaincodeDefinitionResultSchema;
  return toBinary(schema, create(schema, readApproval(approval, requested, metadata, get)));
}

/** Everything that the peer's organisation has approved, whether it was committed or not. The descriptions come from a private range, which leaves no trace. */
function queryAllApproved(call: ChannelCall): Uint8Array {
  const { simulator, peer: node } = call;
  const { get } = organizationState(simulator, node.mspId);
  const start = `${definitionsPrefix}/metadata/`;
  const approved = organizationRange(simulator, node.mspId, start, `${start}\u007f`).map(({ key, value }) => {
    const approval = key.slice(start.length);
    const at = approval.lastIndexOf("#");
    const sequence = Number(approval.slice(at + 1));
    const metadata = fromBinary(lifecycle.StateMetadataSchema, value);
    return { name: approval.slice(0, at), ...readApproval(approval, sequence, metadata, get) };
  });
  const schema = lifecycle.QueryApprovedChaincodeDefinitionsResultSchema;
  return toBinary(schema, create(schema, { approvedChaincodeDefinitions: approved }));
}

/** Functions that work on a channel, by name. */
export const channelFunctions: Readonly<Record<string, (call: ChannelCall) => Uint8Array>> = {
  ApproveChaincodeDefinitionForMyOrg: approve,
  CheckCommitReadiness: checkCommitReadiness,
  CommitChaincodeDefinition: commit,
  QueryChaincodeDefinition: queryDefinition,
  QueryChaincodeDefinitions: queryDefinitions,
  QueryApprovedChaincodeDefinition: queryApproved,
  QueryApprovedChaincodeDefinitions: queryAllApproved,
};
