import { create, fromBinary, toBinary, toJson, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { endorsementPolicyBytes, packageChaincodeService } from "@heddle/fabric";
import { lifecycle, peer } from "@heddle/fabric/wire";
import { ask } from "./proposals.ts";
import type { Observation, Script, Side } from "./side.ts";

/** What definitions differ in; all three messages have these fields. */
interface Change {
  readonly name?: string;
  readonly version?: string;
  readonly sequence?: bigint;
  readonly endorsementPlugin?: string;
  readonly validationPlugin?: string;
  readonly validationParameter?: Uint8Array;
}

/** And where the code is, which only approvals say. */
interface Approval extends Change {
  readonly source?: MessageInitShape<typeof lifecycle.ChaincodeSourceSchema>;
}

const base = { name: "fresh", version: "1", sequence: 1n };

function approve(change: Approval): [string, Uint8Array] {
  const schema = lifecycle.ApproveChaincodeDefinitionForMyOrgArgsSchema;
  return ["ApproveChaincodeDefinitionForMyOrg", toBinary(schema, create(schema, { ...base, ...change }))];
}

function ready(change: Change): [string, Uint8Array] {
  const schema = lifecycle.CheckCommitReadinessArgsSchema;
  return ["CheckCommitReadiness", toBinary(schema, create(schema, { ...base, ...change }))];
}

function commit(change: Change): [string, Uint8Array] {
  const schema = lifecycle.CommitChaincodeDefinitionArgsSchema;
  return ["CommitChaincodeDefinition", toBinary(schema, create(schema, { ...base, ...change }))];
}

const definitions: readonly [string, Approval][] = [
  ["no name", { name: "" }],
  ["a name of a system chaincode", { name: "qscc" }],
  ["the name _lifecycle", { name: "_lifecycle" }],
  ["a name with a space", { name: "no good" }],
  ["a name that begins with a hyphen", { name: "-fresh" }],
  ["no version", { version: "" }],
  ["a version with a slash", { version: "1/2" }],
  ["sequence 0", { sequence: 0n }],
  ["sequence 2", { sequence: 2n }],
  ["a negative sequence", { sequence: -1n }],
  ["the sequence of a committed definition", { name: "ledger", version: "1", sequence: 1n }],
  ["the sequence of a committed definition, changed", { name: "ledger", version: "9", sequence: 1n }],
  ["the sequence after a gap", { name: "ledger", sequence: 3n }],
  ["another endorsement plugin", { endorsementPlugin: "none" }],
  ["another validation plugin", { validationPlugin: "none" }],
  ["a policy that is none", { validationParameter: Uint8Array.of(0xff) }],
  ["a policy of an unknown organisation", { validationParameter: endorsementPolicyBytes("OR('NobodyMSP.peer')") }],
  ["a reference to a policy that is not there", { validationParameter: endorsementPolicyBytes("/Channel/Application/Nothing") }],
  ["a package that is not installed", { source: { Type: { case: "localPackage", value: { packageId: "nothing:1" } } } }],
];

async function refusals(side: Side): Promise<Observation[]> {
  const { channelId } = side.client;
  const observations: Observation[] = [];
  for (const [what, { source, ...change }] of definitions) {
    observations.push([`approve ${what}`, await askBytes(side, approve(source === undefined ? change : { ...change, source }), channelId)]);
    observations.push([`readiness of ${what}`, await askBytes(side, ready(change), channelId)]);
    observations.push([`commit ${what}`, await askBytes(side, commit(change), channelId)]);
  }
  return observations;
}

const results: Readonly<Record<string, DescMessage>> = {
  CheckCommitReadiness: lifecycle.CheckCommitReadinessResultSchema,
  QueryChaincodeDefinition: lifecycle.QueryChaincodeDefinitionResultSchema,
  QueryChaincodeDefinitions: lifecycle.QueryChaincodeDefinitionsResultSchema,
  QueryApprovedChaincodeDefinition: lifecycle.QueryApprovedChaincodeDefinitionResultSchema,
  QueryApprovedChaincodeDefinitions: lifecycle.QueryApprovedChaincodeDefinitionsResultSchema,
  QueryInstalledChaincodes: lifecycle.QueryInstalledChaincodesResultSchema,
};

/** A result without an order where Fabric has none: it goes through maps of Go. */
function unordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unordered).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, unordered(inner)]),
  );
}

async function askBytes(side: Side, [name, argument]: [string, Uint8Array], channelId: string): Promise<unknown> {
  const schema = peer.ChaincodeInvocationSpecSchema;
  const chaincodeSpec = { chaincodeId: { name: "_lifecycle" }, input: { args: [Buffer.from(name), argument] } };
  const input = toBinary(schema, create(schema, { chaincodeSpec }));
  const payload = toBinary(peer.ChaincodeProposalPayloadSchema, create(peer.ChaincodeProposalPayloadSchema, { input }));
  const result = results[name];
  const tell = result === undefined ? undefined : (bytes: Uint8Array) => unordered(toJson(result, fromBinary(result, bytes)));
  return ask(side, { chaincode: "_lifecycle", payload, channelId, signer: side.client.admin(1) }, tell);
}

function query<Name extends string>(name: Name, bytes: Uint8Array): [string, Uint8Array] {
  return [name, bytes];
}

async function queries(side: Side): Promise<Observation[]> {
  const { channelId } = side.client;
  const observations: Observation[] = [];
  const named = (name: string): Uint8Array =>
    toBinary(lifecycle.QueryChaincodeDefinitionArgsSchema, create(lifecycle.QueryChaincodeDefinitionArgsSchema, { name }));
  const approved = (name: string, sequence: bigint): Uint8Array => {
    const schema = lifecycle.QueryApprovedChaincodeDefinitionArgsSchema;
    return toBinary(schema, create(schema, { name, sequence }));
  };
  const packaged = (packageId: string): Uint8Array =>
    toBinary(lifecycle.QueryInstalledChaincodeArgsSchema, create(lifecycle.QueryInstalledChaincodeArgsSchema, { packageId }));
  const installed = (bytes: Uint8Array): Uint8Array => {
    const schema = lifecycle.InstallChaincodeArgsSchema;
    return toBinary(schema, create(schema, { chaincodeInstallPackage: bytes }));
  };
  const cases: [string, [string, Uint8Array], string?][] = [
    ["a definition", query("QueryChaincodeDefinition", named("ledger"))],
    ["a definition that is not there", query("QueryChaincodeDefinition", named("nobody"))],
    ["a definition without a name", query("QueryChaincodeDefinition", named(""))],
    ["a definition of what is no message", query("QueryChaincodeDefinition", Uint8Array.of(0xff))],
    ["all definitions", query("QueryChaincodeDefinitions", new Uint8Array())],
    ["an approval", query("QueryApprovedChaincodeDefinition", approved("ledger", 1n))],
    ["the latest approval", query("QueryApprovedChaincodeDefinition", approved("ledger", 0n))],
    ["an approval of another sequence", query("QueryApprovedChaincodeDefinition", approved("ledger", 5n))],
    ["an approval that is not there", query("QueryApprovedChaincodeDefinition", approved("nobody", 0n))],
    ["all approvals", query("QueryApprovedChaincodeDefinitions", new Uint8Array())],
    ["a package", query("QueryInstalledChaincode", packaged("nothing:1")), ""],
    ["a package without an id", query("QueryInstalledChaincode", packaged("")), ""],
    ["the bytes of a package that is not there", query("GetInstalledChaincodePackage", packaged("nothing:1")), ""],
    ["what is installed", query("QueryInstalledChaincodes", new Uint8Array()), ""],
    ["what is installed, on a channel", query("QueryInstalledChaincodes", new Uint8Array())],
    ["definitions, without a channel", query("QueryChaincodeDefinitions", new Uint8Array()), ""],
    ["readiness, without a channel", ready({}), ""],
    [
      "install a package of an unknown type",
      query(
        "InstallChaincode",
        installed(await packageChaincodeService("again_1", { address: "", dial_timeout: "", tls_required: false })),
      ),
      "",
    ],
  ];
  for (const [what, args, channel] of cases) observations.push([what, await askBytes(side, args, channel ?? channelId)]);
  return observations;
}

/** The lifecycle's refusals and queries. Collections, which devnet refuses altogether, have no part in it yet. */
export const lifecycleAnswers: Script = {
  title: "what the lifecycle refuses and tells",
  atLeast: 75,
  async run(side) {
    return [...(await refusals(side)), ...(await queries(side))];
  },
};
