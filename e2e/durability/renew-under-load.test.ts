// Renews every certificate of an embedded network under the steady load of the official client, with the keys there are
// and with new ones: peers and orderers restart one by one, and no transaction is lost.
import { validateNetwork } from "@heddle/network";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { Heddle, networkFile } from "./support/heddle.ts";
import { verifyLedger } from "./support/ledger.ts";
import { startPatientLoad } from "./support/patient-load.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const NETWORK = "renewed";
/** A transaction each so many milliseconds: 50 a second. */
const EVERY_MS = 20;

const heddle = new Heddle();
beforeAll(async () => {
  const client = await heddle.up();
  const file = networkFile(NETWORK, "consortium");
  const organizations = file.spec.organizations.map((one) => ({ ...one, peers: [{ name: "peer0" }, { name: "peer1" }] }));
  const consenters = ["orderer0", "orderer1", "orderer2"].map((name) => ({ name }));
  const ordering = { ...file.spec.ordering, type: "raft" as const, consenters };
  const { operation } = await client.createNetwork({
    body: { spec: validateNetwork({ ...file, spec: { ...file.spec, organizations, ordering } }) },
  });
  await heddle.succeeded(operation.id);
});
afterAll(() => heddle.dispose());

it.each([false, true])("commits every transaction while all is renewed, new keys %s", async (newKeys) => {
  const load = await startPatientLoad(heddle, NETWORK, { everyMs: EVERY_MS, peers: ["peer0.org1.example.com", "peer1.org1.example.com"] });
  const before = load.committed();
  const { operation } = await heddle.client.renewCertificates({ params: { name: NETWORK }, body: { withinDays: 100_000, newKeys } });
  const over = await heddle.succeeded(operation.id, 120);
  const meanwhile = load.committed() - before;
  const { valid, failed, retried, rate } = await load.stop();
  console.log(
    `${newKeys ? "new" : "same"} keys: 7 nodes in ${over.seconds} s; ${meanwhile} committed meanwhile at ${rate.toFixed(0)} a second, ${retried} submitted again`,
  );
  expect(failed).toEqual([]);
  expect(meanwhile).toBeGreaterThan(0);
  const { codes } = await verifyLedger(heddle.client, NETWORK, "main", "Org2");
  expect(valid.filter((id) => codes.get(id) !== "VALID")).toEqual([]);
});
