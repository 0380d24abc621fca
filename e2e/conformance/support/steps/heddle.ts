// Heddle's own API on the network.
import { isHeddleError } from "@heddle/network";
import type { Outcome } from "../outcome.ts";
import { CALL, parseCall, step } from "../step.ts";
import { valueText } from "../read-write-set.ts";
import type { World } from "../world.ts";
import { attempt as attemptGateway, gatewayOf } from "./gateway.ts";
import { until } from "../../../clients/support/until.ts";
import { CHANNEL, NETWORK } from "../network.ts";

async function attempt(world: World, work: () => Promise<Outcome>): Promise<void> {
  try {
    world.observe(await work());
  } catch (error) {
    if (!isHeddleError(error)) throw error;
    const problems = error.problems.map(({ path, message }) => `${path}: ${message}`);
    world.observe({
      verdict: error.code,
      text: world.network.plain(error.message),
      lines: problems.map((line) => world.network.plain(line)),
    });
  }
}

/** An answer in lines, without what is of this run. */
function jsonLines(world: World, value: unknown): string[] {
  return JSON.stringify(value, undefined, 1)
    .split("\n")
    .map((line) => world.network.plain(line));
}

const WHERE = String.raw` (?:to|of) (?<chaincode>[\w-]+) for (?<organization>\w+)`;
const params = { name: NETWORK, channel: CHANNEL };

export const heddleSteps = [
  step(`Heddle submits ${CALL}${WHERE}`, (world, { part }) =>
    attempt(world, async () => {
      const [name, ...args] = parseCall(part("call"));
      const {
        code,
        text = "",
        block,
      } = await world.network.heddle.client.submitTransaction({
        params: { name: NETWORK, chaincode: part("chaincode") },
        body: { function: name, args, organization: part("organization") },
      });
      return { verdict: code, result: text, lines: [`in block ${world.relative(block)}`] };
    }),
  ),
  step(`Heddle evaluates ${CALL}${WHERE}`, (world, { part }) =>
    attempt(world, async () => {
      const [name, ...args] = parseCall(part("call"));
      const { text = "" } = await world.network.heddle.client.evaluateTransaction({
        params: { name: NETWORK, chaincode: part("chaincode") },
        body: { function: name, args, organization: part("organization") },
      });
      return { verdict: "OK", result: world.network.plain(text) };
    }),
  ),
  step(String.raw`Heddle shows block \+(?<block>\d+)`, (world, { part }) =>
    attempt(world, async () => {
      const block = world.base() + Number(part("block"));
      const { client } = world.network.heddle;
      // Its index follows the peers.
      const shown = await until(`block ${block} is indexed`, () => client.getBlock({ params: { ...params, block } }));
      const transactions = shown.content.map(({ kind, code, chaincode = "", function: call = "", creator }) =>
        [kind, code, chaincode, call, creator === undefined ? "" : `by ${creator.mspId}`].filter((one) => one !== "").join(" "),
      );
      const { kind, invalid, verified, signatures } = shown;
      return {
        verdict: "OK",
        lines: [`${kind}, ${invalid} invalid, ${signatures} signatures, ${verified ? "verified" : "not verified"}`, ...transactions],
      };
    }),
  ),
  step(String.raw`Heddle shows the history of (?<key>\S+) in (?<chaincode>[\w-]+)`, (world, { part }) =>
    attempt(world, async () => {
      const { changes } = await world.network.heddle.client.keyHistory({
        params: { ...params, chaincode: part("chaincode") },
        query: { key: part("key") },
      });
      const line = ({ block, delete: gone, value }: (typeof changes)[number]): string =>
        `in block ${world.relative(block)}: ${gone ? "deleted" : (value?.text ?? "bytes")}`;
      return { verdict: "OK", lines: changes.map(line) };
    }),
  ),
  step(String.raw`Heddle shows the definition of (?<chaincode>[\w-]+)`, (world, { part }) =>
    attempt(world, async () => {
      const { definitions } = await world.network.heddle.client.listDefinitions({ params: { name: NETWORK } });
      return {
        verdict: "OK",
        lines: jsonLines(
          world,
          definitions
            .filter(({ name }) => name === part("chaincode"))
            // Peers tell of approvals in any order.
            .map((one) => ({ ...one, approvals: one.approvals.toSorted((a, b) => (a.mspId < b.mspId ? -1 : 1)) })),
        ),
      };
    }),
  ),
  step(String.raw`Heddle (?<what>issues|revokes) the user (?<user>\w+) of (?<organization>\w+)`, async (world, { part }) => {
    const { client } = world.network.heddle;
    const [organization, user] = [part("organization"), part("user")];
    const { operation } =
      part("what") === "issues"
        ? await client.issueIdentity({ params: { name: NETWORK }, body: { organization, user } })
        : await client.revokeIdentity({ params: { name: NETWORK, organization, user } });
    await world.network.heddle.succeeded(operation.id);
    if (part("what") === "issues") await world.network.people.meet(client, NETWORK, organization, user);
  }),
  step(String.raw`(?<who>Heddle's user \w+ of \w+) evaluates ${CALL} of (?<chaincode>[\w-]+)`, (world, given) =>
    attemptGateway(world, async () => {
      const [name, ...args] = parseCall(given.part("call"));
      const result = await gatewayOf(world, given)
        .getNetwork(CHANNEL)
        .getContract(given.part("chaincode"))
        .evaluate(name, { arguments: args });
      return { verdict: "OK", result: valueText(result) };
    }),
  ),
];
