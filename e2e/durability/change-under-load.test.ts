// Changes a network under the steady load of the official client. No transaction fails: not while settings change, not
// while a channel with a chaincode of its own comes, not while organisations join the channel that is used, one of which
// comes to the network for it, and not while peers and an orderer come.
import { setTimeout as pause } from "node:timers/promises";
import { validateNetwork, type NetworkFile } from "@heddle/network";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openGateway } from "./support/gateway.ts";
import { Heddle, networkFile } from "./support/heddle.ts";
import { verifyLedger } from "./support/ledger.ts";
import { until } from "./support/processes.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const NETWORK = "busy";
/** A transaction each so many milliseconds: 50 a second. */
const EVERY_MS = 20;

const heddle = new Heddle();
beforeAll(async () => {
  const client = await heddle.up();
  const { operation } = await client.createNetwork({ body: { spec: withThird() } });
  await heddle.succeeded(operation.id);
});
afterAll(() => heddle.dispose());

/** A consortium beside which there is an organisation that shares no channel yet. */
function withThird(): NetworkFile {
  const file = structuredClone(networkFile(NETWORK, "consortium"));
  const [first] = file.spec.organizations;
  if (first !== undefined) file.spec.organizations.push({ ...first, name: "Org3", mspId: "Org3MSP", domain: "org3.example.com" });
  return validateNetwork(file);
}

/** The files of the network, one after the other. */
function* changes(): Generator<readonly [what: string, file: NetworkFile]> {
  const file = structuredClone(withThird());
  const [main] = file.spec.channels;
  const [tiny] = file.spec.chaincodes;
  if (main === undefined || tiny === undefined) throw new Error("the preset has neither channel nor chaincode");
  const next = (): NetworkFile => validateNetwork(structuredClone(file));
  file.spec.ordering.batch = { ...file.spec.ordering.batch, maxMessages: 5 };
  yield ["batch settings", next()];
  main.members.push("Org3");
  yield ["another member", next()];
  main.policies = { endorsement: "OR('Org1MSP.peer', 'Org2MSP.peer')" };
  yield ["a policy", next()];
  main.capabilities = { ...main.capabilities, channel: "V3_0" };
  yield ["a capability", next()];
  main.anchorPeers = [{ organization: "Org2", peer: "peer0" }];
  yield ["anchor peers", next()];
  const [first] = file.spec.organizations;
  if (first === undefined) throw new Error("the preset has no organisation");
  file.spec.organizations.push({ ...structuredClone(first), name: "Org4", mspId: "Org4MSP", domain: "org4.example.com" });
  main.members.push("Org4");
  yield ["a new organisation", next()];
  first.peers.push({ name: "peer1" });
  yield ["a new peer", next()];
  file.spec.ordering.consenters.push({ name: "orderer1" }, { name: "orderer2" });
  yield ["two new orderers", next()];
  file.spec.channels.push({ ...main, name: "side", anchorPeers: undefined, policies: {} });
  file.spec.chaincodes.push({ ...tiny, name: "other", channel: "side" });
  yield ["another channel", next()];
}

it("commits every transaction while the network changes", async () => {
  const { gateway, close } = await openGateway(heddle, NETWORK);
  const contract = gateway.getNetwork("main").getContract("tiny");
  const valid: string[] = [];
  const failed: string[] = [];
  const under: Promise<void>[] = [];
  let done = false;
  const submit = async (count: number): Promise<void> => {
    try {
      const commit = await contract.submitAsync("put", { arguments: [`key${count}`, `${count}`] });
      const { code, transactionId } = await commit.getStatus();
      if (code === 0) valid.push(transactionId);
      else failed.push(`${transactionId} is ${code}`);
    } catch (error) {
      failed.push(String(error));
    }
  };
  const load = (async (): Promise<void> => {
    for (let count = 0; !done; count += 1) {
      under.push(submit(count));
      await pause(EVERY_MS);
    }
  })();
  const counts: Record<string, number> = {};
  try {
    for (const [what, spec] of changes()) {
      const before = valid.length;
      await until("a transaction", () => valid.length > before);
      const { operation } = await heddle.client.applyNetwork({ params: { name: NETWORK }, body: { spec } });
      await heddle.succeeded(operation.id);
      counts[what] = valid.length - before;
    }
  } finally {
    done = true;
    await load;
    await Promise.all(under);
    close();
  }
  console.log(`transactions committed while the network was changed: ${JSON.stringify(counts)}`);
  expect(failed).toEqual([]);
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(0);
  const { codes } = await verifyLedger(heddle.client, NETWORK, "main", "Org2");
  expect(valid.filter((id) => codes.get(id) !== "VALID")).toEqual([]);
});
