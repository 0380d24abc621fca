// Fabric's own gateway client: submit, evaluate, endorse, commit status.
import {
  CommitError,
  GatewayError,
  type Contract,
  type Gateway,
  type Proposal,
  type ProposalOptions,
  type Status,
  type Transaction,
} from "@hyperledger/fabric-gateway";
import { create, toBinary } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { serializeIdentity } from "@heddle/fabric";
import { gateway as gatewayMessages, peer } from "@heddle/fabric/wire";
import { CHANNEL } from "../network.ts";
import type { Outcome } from "../outcome.ts";
import { who } from "../people.ts";
import { valueText } from "../read-write-set.ts";
import { CALL, names, ORGANIZATIONS, parseCall, step, type Given } from "../step.ts";
import type { World } from "../world.ts";

const WHERE = String.raw` (?:to|of) (?<chaincode>[\w-]+)(?: on (?<channel>[\w-]+))?`;
const HOW = String.raw`(?:, (?:endorsed by|asking) (?<organizations>${ORGANIZATIONS}))?(?:, with transient data (?<transient>\{.*\}))?`;

/** The gateway at which the person of a line is. */
export function gatewayOf(world: World, given: Given): Gateway {
  const name = given.part("who");
  const { people } = world.network;
  return people.gateway(name, world.network.peerOf(people.find(name)));
}

function contractOf(world: World, given: Given): Contract {
  return gatewayOf(world, given)
    .getNetwork(given.maybe("channel") ?? CHANNEL)
    .getContract(given.part("chaincode"));
}

function proposalOf(world: World, given: Given): Proposal {
  const [name, ...args] = parseCall(given.part("call"));
  const organizations = given.maybe("organizations");
  const transient = given.maybe("transient");
  const options: ProposalOptions = {
    arguments: args,
    ...(organizations === undefined ? {} : { endorsingOrganizations: names(organizations).map((one) => `${one}MSP`) }),
    ...(transient === undefined ? {} : { transientData: JSON.parse(transient) as Record<string, string> }),
  };
  return contractOf(world, given).newProposal(name, options);
}

/** What the official client tells of a failure. Throws what is none of its errors. */
export function refusal(world: World, error: unknown): Outcome {
  if (error instanceof CommitError) return { verdict: peer.TxValidationCode[error.code] ?? String(error.code) };
  if (!(error instanceof GatewayError)) throw error;
  const details = error.details.map(({ address, mspId, message }) =>
    // Whose answer differs from whose depends on which comes first.
    message.includes("do not match")
      ? { node: "one of the peers", message: "ProposalResponsePayloads do not match" }
      : { node: `${world.network.plain(address)} of ${mspId}`, message: world.network.plain(message) },
  );
  const text = error.cause.details;
  return {
    verdict: status[error.code] ?? String(error.code),
    // Signatures differ in length.
    text: world.network.plain(text).replace(/message payload is \d+ bytes/, "message payload is <some> bytes"),
    details: details.toSorted((a, b) => (a.node < b.node ? -1 : 1)),
  };
}

/** What a committed transaction has come to, with what stands of it in its block. */
export async function committed(world: World, transaction: Transaction, channel = CHANNEL): Promise<Outcome> {
  const { code, blockNumber } = await (await transaction.submit()).getStatus();
  await world.network.reach(channel, Number(blockNumber));
  const numbers = code === peer.TxValidationCode.VALID ? [`in block ${world.relative(blockNumber, channel)}`] : [];
  return {
    verdict: peer.TxValidationCode[code] ?? String(code),
    result: valueText(transaction.getResult()),
    lines: [...numbers, ...(await world.blocks(channel).transaction(Number(blockNumber), transaction.getTransactionId()))],
  };
}

/** Runs a call of the official client and keeps what it came to. */
export async function attempt(world: World, work: () => Promise<Outcome>): Promise<void> {
  let outcome: Outcome;
  try {
    outcome = await work();
  } catch (error) {
    outcome = refusal(world, error);
  }
  world.observe(outcome);
}

function named(world: World, name: string): Transaction {
  const found = world.transactions.get(name);
  if (found === undefined) throw new Error(`no transaction was endorsed as ${name}`);
  return found;
}

const DEADLINE_PASSED: readonly number[] = [status.DEADLINE_EXCEEDED, status.CANCELLED];

const NAME = String.raw`"(?<name>[\w ]+)"`;

export const gatewaySteps = [
  step(`${who()} submits ${CALL}${WHERE}${HOW}`, (world, given) =>
    attempt(world, async () => committed(world, await proposalOf(world, given).endorse(), given.maybe("channel"))),
  ),
  step(`${who()} evaluates ${CALL}${WHERE}${HOW}`, (world, given) =>
    attempt(world, async () => {
      const result = await proposalOf(world, given).evaluate();
      return { verdict: "OK", result: world.network.plain(valueText(result)) };
    }),
  ),
  step(`${who()} endorses ${CALL}${WHERE} as ${NAME}${HOW}`, (world, given) =>
    attempt(world, async () => {
      const transaction = await proposalOf(world, given).endorse();
      world.transactions.set(given.part("name"), transaction);
      return { verdict: "OK", result: valueText(transaction.getResult()) };
    }),
  ),
  step(`${NAME} is submitted`, (world, given) => attempt(world, () => committed(world, named(world, given.part("name"))))),
  step(`${NAME} is submitted again`, (world, given) =>
    attempt(world, async () => {
      await named(world, given.part("name")).submit();
      return { verdict: "OK" };
    }),
  ),
  step(`${who()} asks for the status of ${NAME}(?: on (?<channel>[\\w-]+))?(?<soon>, for half a second)?`, (world, given) =>
    attempt(world, async () => {
      const gateway = gatewayOf(world, given);
      const { mspId, certificatePem } = world.network.people.find(given.part("who"));
      const request = toBinary(
        gatewayMessages.CommitStatusRequestSchema,
        create(gatewayMessages.CommitStatusRequestSchema, {
          channelId: given.maybe("channel") ?? CHANNEL,
          transactionId: named(world, given.part("name")).getTransactionId(),
          identity: serializeIdentity(mspId, certificatePem),
        }),
      );
      const schema = gatewayMessages.SignedCommitStatusRequestSchema;
      const commit = gateway.newCommit(toBinary(schema, create(schema, { request })));
      const deadline = Date.now() + (given.maybe("soon") === undefined ? 10_000 : 500);
      let answer: Status;
      try {
        answer = await commit.getStatus({ deadline });
      } catch (error) {
        // Client and server both watch the deadline; where the server is first, its word is a stream that was cancelled.
        const passed = error instanceof GatewayError && DEADLINE_PASSED.includes(error.code);
        if (!passed || given.maybe("soon") === undefined) throw error;
        return { verdict: "DEADLINE_EXCEEDED" };
      }
      const { code, blockNumber } = answer;
      return { verdict: peer.TxValidationCode[code] ?? String(code), lines: [`in block ${world.relative(blockNumber)}`] };
    }),
  ),
];
