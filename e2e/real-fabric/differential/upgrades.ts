import { peer } from "@heddle/fabric/wire";
import { setMaxMessages } from "../record/recordings/config.ts";
import { put } from "../support/calls.ts";
import type { Definition } from "../support/client.ts";
import { outcome, type Observation, type Script, type Side } from "./side.ts";

/** Definitions that change while the chaincode is in use, and a configuration that changes: what they leave in the ledger is compared too. */
export const upgrades: Script = {
  title: "definitions and configurations that change",
  atLeast: 15,
  async run(side) {
    const { client, consortium } = side;
    const observations: Observation[] = [];
    const code = async (what: string, work: () => Promise<{ code: peer.TxValidationCode }>): Promise<void> => {
      const told = await outcome(side, async () => peer.TxValidationCode[(await work()).code]);
      observations.push([what, told]);
    };
    const id = await packageOf(side);
    const two: Definition = { name: "ledger", version: "2", sequence: 2, endorsementPolicy: "OR('Org1MSP.peer', 'Org2MSP.admin')" };
    await code("approved without a package", () => client.approve(1, two, undefined));
    await code("approved again, with one", () => client.approve(1, two, id));
    await code("approved again, unchanged", () => client.approve(1, two, id));
    await code("committed before the other has approved", () => client.commit(two));
    await code("approved by the other", () => client.approve(2, { ...two, version: "3" }, id));
    await code("committed although they differ", () => client.commit(two));
    await code("approved by the other, the same", () => client.approve(2, two, id));
    const before = await client.endorse({ chaincode: "ledger", args: put("u", "1") });
    await code("committed", () => client.commit(two));
    await code("endorsed under the definition before", async () => {
      await client.order(await client.envelope(before));
      return client.outcome(before.txId);
    });
    await code("endorsed by one, as the new policy allows", () => client.submit("ledger", put("u", "2"), { by: [1] }));
    await code("endorsed by the other one", () => client.submit("ledger", put("u", "3"), { by: [2] }));
    const three: Definition = { name: "ledger", version: "2", sequence: 3, endorsementPolicy: "/Channel/Application/Endorsement" };
    for (const number of [1, 2] as const) await code(`sequence 3, approved by ${number}`, () => client.approve(number, three, id));
    await code("sequence 3, committed", () => client.commit(three));
    observations.push([
      "the height of a configuration",
      await client.updateConfig((root) => setMaxMessages(root, 30), [consortium.orderer.admin]),
    ]);
    await code("after the configuration", () => client.submit("ledger", put("u", "4")));
    return observations;
  },
};

/** The package that organisation 1 runs for the ledger. */
async function packageOf({ client }: Side): Promise<string> {
  const installed = await client.peer(1).installedChaincodes(client.admin(1));
  const found = installed.find(({ label }) => label === "ledger_1");
  if (found === undefined) throw new Error("the ledger is not installed");
  return found.packageId;
}
