import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { EndorseError } from "@hyperledger/fabric-gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestNetwork } from "../../packages/devnet/test/support/network.ts";
import { openConnection } from "../../scenarios/food-tracing/app/connect.ts";
import { take } from "./support/blocks.ts";
import { open, text, userOf, type Connection } from "./support/client.ts";
import { CHANNEL, startNetwork } from "./support/network.ts";
import { refusal } from "./support/refusal.ts";
import { until } from "./support/until.ts";

const scenario = path.resolve(import.meta.dirname, "../../scenarios/food-tracing");
const NAME = "food-tracing";

interface Lot {
  readonly id: string;
  readonly holder: string;
}

describe("the food-tracing scenario", () => {
  let network: TestNetwork;
  let folder: string;
  let one: Connection;
  let two: Connection;

  beforeAll(async () => {
    network = await startNetwork();
    await network.deploy(NAME, { folder: scenario });
    one = open(network, 1);
    two = open(network, 2);
    folder = mkdtempSync(path.join(tmpdir(), "heddle-food-"));
    writeExport();
  });
  afterAll(async () => {
    one.close();
    two.close();
    rmSync(folder, { recursive: true });
    await network.close();
  });

  /** What the sample application is started with: a connection profile and an identity. */
  function writeExport(): void {
    const { peer, material } = network.organization(1);
    const { certificatePem, privateKeyPem } = userOf(network, 1);
    const profile = {
      client: { organization: material.name },
      organizations: { [material.name]: { mspid: material.mspId, peers: [peer.name] } },
      peers: {
        [peer.name]: {
          url: `grpcs://${peer.address}`,
          tlsCACerts: { pem: peer.tlsRootPem },
          grpcOptions: { "ssl-target-name-override": peer.name },
        },
      },
    };
    writeFileSync(path.join(folder, "connection.json"), JSON.stringify(profile));
    writeFileSync(path.join(folder, "certificate.pem"), certificatePem);
    writeFileSync(path.join(folder, "private-key.pem"), privateKeyPem, { mode: 0o600 });
  }

  const contractOf = (connection: Connection) => connection.network.getContract(NAME);
  const lot = (bytes: Uint8Array): Lot => JSON.parse(text(bytes)) as Lot;

  it("follows a lot through both organisations, each step with its event", async () => {
    const farmer = contractOf(one);
    const shop = contractOf(two);
    const events = await one.network.getChaincodeEvents(NAME, { startBlock: 0n });
    expect(lot(await farmer.submitTransaction("createLot", "LOT-1", "Tomatoes", "Farm 7", "120"))).toMatchObject({ holder: "Org1MSP" });
    await farmer.submitTransaction("recordTemperature", "LOT-1", "4.5");
    await farmer.submitTransaction("handOver", "LOT-1", "Org2MSP");
    // The shop's peer commits in its own time.
    const handed = await until("the shop's peer has the lot", async () => {
      const found = lot(await shop.evaluateTransaction("readLot", "LOT-1"));
      if (found.holder !== "Org2MSP") throw new Error("it is not handed over yet");
      return found;
    });
    expect(handed).toMatchObject({ holder: "Org2MSP" });
    await shop.submitTransaction("recall", "LOT-1", "wrong label");
    const names = (await take(events, 4)).map(({ eventName }) => eventName);
    events.close();
    expect(names).toEqual(["LotCreated", "TemperatureRecorded", "LotHandedOver", "LotRecalled"]);
    const history = JSON.parse(text(await farmer.evaluateTransaction("lotHistory", "LOT-1"))) as unknown[];
    expect(history).toHaveLength(4);
  });

  it("refuses with the contract's own codes", async () => {
    const error = await refusal(EndorseError, contractOf(two).submitTransaction("handOver", "LOT-9", "Org1MSP"));
    expect(error.details[0]?.message).toContain("LOT_NOT_FOUND");
    await contractOf(one).submitTransaction("createLot", "LOT-2", "Apples", "Orchard", "10");
    const double = await refusal(EndorseError, contractOf(one).submitTransaction("createLot", "LOT-2", "Apples", "Orchard", "10"));
    expect(double.details[0]?.message).toContain("LOT_EXISTS");
  });

  it("gives a page of lots", async () => {
    const page = JSON.parse(text(await contractOf(one).evaluateTransaction("listLots", "LOT-1", "LOT-3"))) as { lots: Lot[]; next: string };
    expect(page).toMatchObject({ lots: [{ id: "LOT-1" }, { id: "LOT-2" }], next: "" });
  });

  it("lets the sample application connect with an export", async () => {
    const connection = await openConnection(folder);
    try {
      expect(connection.mspId).toBe("Org1MSP");
      const contract = connection.gateway.getNetwork(CHANNEL).getContract(NAME);
      expect(lot(await contract.submitTransaction("createLot", "LOT-4", "Pears", "Orchard", "5"))).toMatchObject({ id: "LOT-4" });
    } finally {
      connection.close();
    }
  });

  it("runs the sample application to its end", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [path.join(scenario, "app/main.ts"), folder, CHANNEL, NAME], {
      timeout: 30_000,
    });
    expect(stdout).toMatch(/event LotCreated in block \d+/);
    expect(stdout).toMatch(/event TemperatureBreached in block \d+/);
    expect(stdout).toContain("recordTemperature committed in block");
  });
});
