// Kills the server with SIGKILL at every fault point of a change of a running network, and of its undoing, and starts it
// again; then ends devnet at every point of a change. The change adds a channel with a chaincode, removes another one
// with its chaincode, and gives the channel that stays new settings.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { validateNetwork, type NetworkFile } from "@heddle/network";
import { expectGone } from "./support/expectations.ts";
import { exitingContract, Heddle, networkFile, tinyContract } from "./support/heddle.ts";
import { verifyLedger } from "./support/ledger.ts";
import { faultPoints } from "./support/points.ts";
import { killAll, stateOf, until } from "./support/processes.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const NETWORK = "changing";

/** The channel, and its chaincode, beside those that stay. */
function besides(turn: number): string {
  return turn % 2 === 0 ? "even" : "odd";
}

/** The network of a turn: its batches hold as many messages as it was changed. */
function fileOf(turn: number, contract = tinyContract): NetworkFile {
  const file = structuredClone(networkFile(NETWORK, "solo"));
  const channel = besides(turn);
  const [main] = file.spec.channels;
  const [tiny] = file.spec.chaincodes;
  if (main === undefined || tiny === undefined) throw new Error("the preset has neither channel nor chaincode");
  file.spec.ordering.batch = { ...file.spec.ordering.batch, maxMessages: 10 + turn };
  file.spec.channels.push({ ...main, name: channel });
  file.spec.chaincodes.push({ ...tiny, channel, name: channel, source: { path: contract } });
  return validateNetwork(file);
}

/** The points of a change from an even turn to an odd one. */
const points = await faultPoints("network.apply", fileOf(0), { spec: fileOf(1) });
/** Such a point in a change to another turn. */
const pointTo = (point: string, next: number): string =>
  next % 2 === 1 ? point : point.replaceAll(/even|odd/g, (channel) => (channel === "even" ? "odd" : "even"));
const heddle = new Heddle();
const acknowledged: string[] = [];
let turn = 0;

beforeAll(async () => {
  const client = await heddle.up();
  const { operation } = await client.createNetwork({ body: { spec: fileOf(turn) } });
  await heddle.succeeded(operation.id);
});
afterAll(() => heddle.dispose());

const apply = (file: NetworkFile) => heddle.client.applyNetwork({ params: { name: NETWORK }, body: { spec: file } });

/** The network is what its file of this turn says, everywhere where it is told, and takes transactions on both channels; how many there are on the second. */
async function expectChanged(): Promise<number> {
  const channel = besides(turn);
  const network = await heddle.client.getNetwork({ params: { name: NETWORK } });
  expect(network).toMatchObject({ state: "ready", channels: ["main", channel] });
  expect((network.spec as NetworkFile).spec.ordering.batch.maxMessages).toBe(10 + turn);
  const { chaincodes } = await heddle.client.listChaincodes({ params: { name: NETWORK } });
  expect(chaincodes.map((one) => `${one.channel}/${one.name} ${one.sequence}`).toSorted()).toEqual(
    ["main/tiny 1", `${channel}/${channel} 1`].toSorted(),
  );
  expect(
    heddle
      .processes(NETWORK)
      .map(({ role = "" }) => role)
      .toSorted(),
  ).toEqual([`chaincode:${channel}_1.0`, "chaincode:tiny_1.0", "devnet"].toSorted());
  await untilCalls();
  acknowledged.push(await heddle.put(NETWORK, "turn", String(turn)));
  const { code } = await heddle.client.submitTransaction({
    params: { name: NETWORK, chaincode: channel },
    body: { channel, function: "put", args: ["turn", String(turn)] },
  });
  expect(code).toBe("VALID");
  const { codes } = await verifyLedger(heddle.client, NETWORK, channel, "Org1");
  return codes.size;
}

/** The second channel came anew and began anew: nothing of an earlier one of its name is in it. */
async function expectChangedAnew(): Promise<void> {
  expect(await expectChanged()).toBeLessThan(12);
}

/** Chaincode that has been started again takes calls once the peer has connected to it again. */
async function untilCalls(): Promise<void> {
  const channel = besides(turn);
  for (const chaincode of ["tiny", channel])
    await until(`an answer of ${chaincode}`, () =>
      heddle.client.evaluateTransaction({ params: { name: NETWORK, chaincode }, body: { function: "get", args: ["turn"] } }).then(
        () => true,
        () => false,
      ),
    );
}

it("lists the points that are walked", () => {
  expect(points.forward.length).toBeGreaterThan(40);
  expect(points.backward.length).toBeGreaterThan(8);
  console.log([...points.forward, ...points.backward].join("\n"));
});

describe("the server is killed while the network is changed", () => {
  it.each(points.forward)("at %s: it is changed", async (point) => {
    await heddle.up();
    turn += 1;
    await heddle.killedAt(pointTo(point, turn), () => apply(fileOf(turn)));
    const operation = await heddle.lastOperation(NETWORK);
    expect(operation.kind).toBe("network.apply");
    await heddle.succeeded(operation.id);
    await expectChangedAnew();
  });
});

describe("the server is killed while a change that failed is undone", () => {
  // The removal comes after what fails here, so that nothing of it has begun.
  it.each(points.backward.filter((point) => !point.includes("/remove:")))("at %s: the network is as it was", async (point) => {
    await heddle.up();
    const { operation } = await apply(fileOf(turn + 1, exitingContract));
    expect((await heddle.over(operation.id)).error).toMatchObject({ code: "RUNTIME_CHAINCODE_FAILED" });
    await heddle.killedAt(pointTo(point, turn + 1), () => heddle.client.cancelOperation({ params: { id: operation.id } }));
    expect(await heddle.over(operation.id)).toMatchObject({ state: "cancelled" });
    await expectChanged();
  });
});

describe("devnet is ended while the network is changed", () => {
  it.each(points.forward)("at %s: it is changed", async (point) => {
    await heddle.up();
    turn += 1;
    await heddle.arm(pointTo(point, turn), "SIGSTOP");
    const { pid } = heddle;
    const acting = apply(fileOf(turn));
    await until(`the server at ${point}`, () => stateOf(pid) === "T");
    const found = heddle.processes(NETWORK).filter(({ role }) => role === "devnet");
    expect(found).toHaveLength(1);
    await killAll(found.map((one) => one.pid));
    process.kill(pid, "SIGCONT");
    await acting;
    await heddle.succeeded((await heddle.lastOperation(NETWORK)).id);
    await until("all that should run", () => heddle.processes(NETWORK).length === 3);
    await expectChangedAnew();
  });
});

it("has kept every transaction that was acknowledged, in a chain that verifies, and leaves nothing when it is deleted", async () => {
  await heddle.up();
  const { codes } = await verifyLedger(heddle.client, NETWORK, "main", "Org1");
  expect(acknowledged.length).toBeGreaterThan(points.forward.length);
  expect(acknowledged.filter((id) => codes.get(id) !== "VALID")).toEqual([]);
  const deletion = await heddle.delete(NETWORK);
  expectGone(heddle, NETWORK, [deletion.id]);
});
