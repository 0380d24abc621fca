// Chaincode definitions, by proposals to _lifecycle through the official gateway client.
import { create, fromBinary, toBinary, toJson, type DescMessage } from "@bufbuild/protobuf";
import { endorsementPolicyBytes, packageChaincodeService, parseSignaturePolicy } from "@heddle/fabric";
import { lifecycle, peer } from "@heddle/fabric/wire";
import type { Contract } from "@hyperledger/fabric-gateway";
import { until } from "../../../clients/support/until.ts";
import { CHANNEL } from "../network.ts";
import type { Outcome } from "../outcome.ts";
import { who } from "../people.ts";
import { names, ORGANIZATIONS, step, type Given } from "../step.ts";
import type { World } from "../world.ts";
import { attempt, committed } from "./gateway.ts";
import { propose, proposalFor } from "./proposals.ts";

/** What organisations agree on, as all three messages have it. */
interface Definition {
  readonly name: string;
  readonly version: string;
  readonly sequence: bigint;
  readonly initRequired: boolean;
  readonly validationParameter: Uint8Array;
  readonly collections?: peer.CollectionConfigPackage;
}

const DEFINITION = String.raw`"(?<definition>[^"]*)" version "(?<version>[^"]*)" sequence (?<sequence>-?\d+)(?: with the policy "(?<policy>[^"]*)")?(?<init>, to be initialised)?(?:, with the collection (?<collection>\w+) of (?<members>${ORGANIZATIONS}))?`;
const FROM = String.raw`(?<source>, without a package|, with a package that is not installed)?`;
const ENDORSED = String.raw`(?:, endorsed by (?<organizations>${ORGANIZATIONS}))?`;

function collectionsOf(given: Given): peer.CollectionConfigPackage | undefined {
  const name = given.maybe("collection");
  if (name === undefined) return undefined;
  const members = names(given.part("members")).map((one) => `'${one}MSP.member'`);
  const signaturePolicy = parseSignaturePolicy(`OR(${members.join(", ")})`);
  const policy = { payload: { case: "signaturePolicy" as const, value: signaturePolicy } };
  const value = { name, memberOrgsPolicy: policy, requiredPeerCount: 0, maximumPeerCount: 2, blockToLive: 0n };
  return create(peer.CollectionConfigPackageSchema, { config: [{ payload: { case: "staticCollectionConfig", value } }] });
}

/** The definition that a line states. */
function definitionOf(given: Given): Definition {
  const collections = collectionsOf(given);
  return {
    name: given.part("definition"),
    version: given.part("version"),
    sequence: BigInt(given.part("sequence")),
    initRequired: given.maybe("init") !== undefined,
    validationParameter: endorsementPolicyBytes(given.maybe("policy")),
    ...(collections === undefined ? {} : { collections }),
  };
}

/** The package that an organisation's peer runs for a definition: the ledger's, unless it is of the bare shim. */
async function packageOf(world: World, organization: string, definition: string): Promise<string> {
  const { network } = world;
  const { identity } = network.people.find(`${organization}'s administrator`);
  const installed = await network.peer(`peer0.${organization.toLowerCase()}.example.com`).installedChaincodes(identity);
  const found = installed.find(({ label }) => label === (definition === "raw" ? "raw_1.0" : "ledger_1.0"));
  if (found === undefined) throw new Error(`${organization} has not installed the chaincode of ${definition}`);
  return found.packageId;
}

async function approvalBytes(world: World, organization: string, definition: Definition, source: string | undefined): Promise<Uint8Array> {
  const schema = lifecycle.ApproveChaincodeDefinitionForMyOrgArgsSchema;
  const packageId = source === undefined ? await packageOf(world, organization, definition.name) : "nothing_1:0";
  const unavailable = source === ", without a package";
  const location = create(
    lifecycle.ChaincodeSourceSchema,
    unavailable ? { Type: { case: "unavailable", value: {} } } : { Type: { case: "localPackage", value: { packageId } } },
  );
  return toBinary(schema, create(schema, { ...definition, source: location }));
}

function contractOf(world: World, name: string, channel = CHANNEL): Contract {
  const { network } = world;
  return network.people
    .gateway(name, network.peerOf(network.people.find(name)))
    .getNetwork(channel)
    .getContract("_lifecycle");
}

interface Sent {
  readonly who: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly organizations?: readonly string[] | undefined;
}

async function submit(world: World, { who: name, name: call, bytes, organizations }: Sent): Promise<Outcome> {
  const endorsers = organizations === undefined ? {} : { endorsingOrganizations: organizations.map((one) => `${one}MSP`) };
  return committed(
    world,
    await contractOf(world, name)
      .newProposal(call, { arguments: [bytes], ...endorsers })
      .endorse(),
  );
}

/** A message in lines of JSON, in one order: Fabric's own goes through maps. */
function messageLines(world: World, schema: DescMessage, bytes: Uint8Array): string[] {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, inner]) => [key, sorted(inner)]),
    );
  };
  const found = sorted(toJson(schema, fromBinary(schema, bytes))) as Record<string, unknown>;
  return Object.entries(found).map(([key, value]) => world.network.plain(`${key}: ${JSON.stringify(value)}`));
}

/** What the lifecycle can be asked, as a scenario says it. */
const QUERIES: Readonly<Record<string, { name: string; args: DescMessage; result: DescMessage; channelless?: boolean }>> = {
  "the definition": {
    name: "QueryChaincodeDefinition",
    args: lifecycle.QueryChaincodeDefinitionArgsSchema,
    result: lifecycle.QueryChaincodeDefinitionResultSchema,
  },
  "the approval": {
    name: "QueryApprovedChaincodeDefinition",
    args: lifecycle.QueryApprovedChaincodeDefinitionArgsSchema,
    result: lifecycle.QueryApprovedChaincodeDefinitionResultSchema,
  },
};

export const lifecycleSteps = [
  step(`${who()} approves ${DEFINITION}${FROM}`, (world, given) =>
    attempt(world, async () => {
      const name = given.part("who");
      const { organization } = world.network.people.find(name);
      const bytes = await approvalBytes(world, organization, definitionOf(given), given.maybe("source"));
      return submit(world, { who: name, name: "ApproveChaincodeDefinitionForMyOrg", bytes, organizations: [organization] });
    }),
  ),
  step(`${who()} commits ${DEFINITION}${ENDORSED}`, (world, given) =>
    attempt(world, () => {
      const schema = lifecycle.CommitChaincodeDefinitionArgsSchema;
      const bytes = toBinary(schema, create(schema, definitionOf(given)));
      const organizations = given.maybe("organizations");
      const by = organizations === undefined ? {} : { organizations: names(organizations) };
      return submit(world, { who: given.part("who"), name: "CommitChaincodeDefinition", bytes, ...by });
    }),
  ),
  step(`${who()} checks the readiness of ${DEFINITION}`, (world, given) =>
    attempt(world, async () => {
      const schema = lifecycle.CheckCommitReadinessArgsSchema;
      const bytes = toBinary(schema, create(schema, definitionOf(given)));
      const answer = await contractOf(world, given.part("who")).evaluate("CheckCommitReadiness", { arguments: [bytes] });
      return { verdict: "OK", lines: messageLines(world, lifecycle.CheckCommitReadinessResultSchema, answer) };
    }),
  ),
  step(
    `${who()} asks for (?<query>${Object.keys(QUERIES).join("|")}) of "(?<definition>[^"]*)"(?: at sequence (?<sequence>\\d+))?`,
    (world, given) =>
      attempt(world, async () => {
        const query = QUERIES[given.part("query")];
        if (query === undefined) throw new Error("there is no such query");
        const sequence = given.maybe("sequence");
        const fields = { name: given.part("definition"), ...(sequence === undefined ? {} : { sequence: BigInt(sequence) }) };
        const bytes = toBinary<DescMessage>(query.args, create<DescMessage>(query.args, fields));
        const answer = await contractOf(world, given.part("who")).evaluate(query.name, { arguments: [bytes] });
        return { verdict: "OK", lines: messageLines(world, query.result, answer) };
      }),
  ),
  step(`${who()} asks (?<peer>[\\w.]+\\.example\\.com) what is installed`, async (world, given) => {
    const schema = lifecycle.QueryInstalledChaincodesArgsSchema;
    const args = ["QueryInstalledChaincodes", toBinary(schema, create(schema))];
    const signed = proposalFor(world, given.part("who"), { channelId: "", chaincode: "_lifecycle", args });
    const { payload, ...outcome } = await propose(world, given.part("peer"), signed);
    const installed = payload === undefined ? [] : fromBinary(lifecycle.QueryInstalledChaincodesResultSchema, payload).installedChaincodes;
    const labels = outcome.verdict === "200" ? installed.map(({ label }) => label).toSorted() : [];
    world.observe({ ...outcome, lines: labels });
  }),
  step(
    `${who()} installs (?<what>a package|what is no package|an empty package|a text) at (?<peer>[\\w.]+\\.example\\.com)`,
    async (world, given) => {
      const wrong = new Map([
        ["what is no package", "package"],
        ["an empty package", ""],
        ["a text", "this is no package"],
      ]);
      const text = wrong.get(given.part("what"));
      const connection = { address: "127.0.0.1:1", dial_timeout: "1s", tls_required: false };
      const bytes = text === undefined ? await packageChaincodeService("extra_1", connection) : Buffer.from(text);
      const schema = lifecycle.InstallChaincodeArgsSchema;
      const args = ["InstallChaincode", toBinary(schema, create(schema, { chaincodeInstallPackage: bytes }))];
      const signed = proposalFor(world, given.part("who"), { channelId: "", chaincode: "_lifecycle", args });
      const { payload, ...outcome } = await propose(world, given.part("peer"), signed);
      const installed =
        outcome.verdict !== "200" || payload === undefined ? [] : [fromBinary(lifecycle.InstallChaincodeResultSchema, payload).label];
      world.observe({ ...outcome, lines: installed });
    },
  ),
  step(
    `chaincode (?<definition>[\\w-]+) is defined(?: with the policy "(?<policy>[^"]*)")?(?<init>, to be initialised)?`,
    async (world, given) => {
      const definition = { ...definitionOf({ ...given, part: (name) => ({ version: "1.0", sequence: "1" })[name] ?? given.part(name) }) };
      const { network } = world;
      const admin = network.people.find("Org1's administrator").identity;
      const there = await network.peer("peer0.org1.example.com").committedChaincodes(CHANNEL, admin);
      if (there.some(({ name }) => name === definition.name)) return;
      for (const organization of ["Org1", "Org2"]) {
        const bytes = await approvalBytes(world, organization, definition, undefined);
        const sent = { name: "ApproveChaincodeDefinitionForMyOrg", bytes, organizations: [organization] };
        await submit(world, { ...sent, who: `${organization}'s administrator` });
      }
      const schema = lifecycle.CommitChaincodeDefinitionArgsSchema;
      const bytes = toBinary(schema, create(schema, definition));
      await submit(world, { who: "Org1's administrator", name: "CommitChaincodeDefinition", bytes });
      if (given.maybe("init") === undefined) await known(world, definition.name);
      await world.restart();
    },
  ),
];

/** Waits until the gateways know that both peers run a chaincode: real peers tell each other by gossip. */
async function known(world: World, chaincode: string): Promise<void> {
  for (const name of ["Org1's user", "Org2's user"]) {
    const { network } = world;
    const gateway = network.people.gateway(name, network.peerOf(network.people.find(name)));
    const contract = gateway.getNetwork(CHANNEL).getContract(chaincode);
    const organizations = { endorsingOrganizations: ["Org1MSP", "Org2MSP"] };
    await until(`${chaincode} is known to the gateway of ${name}`, () =>
      contract.newProposal("get", { arguments: ["nothing"], ...organizations }).endorse(),
    );
  }
}
