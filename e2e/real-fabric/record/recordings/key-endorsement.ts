import { put, putWithKeyPolicy, remove, setKeyPolicy } from "../../support/calls.ts";
import type { Recording } from "../recording.ts";

const ONLY_1 = { by: [1] } as const;
const ONLY_2 = { by: [2] } as const;

/** Keys that have an endorsement policy of their own. */
export const keyEndorsement: Recording = {
  name: "key-endorsement",
  about: "Key-level endorsement: policies set, used, changed and taken away with their key; policies that change within a block.",
  async run(session) {
    const { client } = session;
    const id = await client.install("ledger_1");
    await client.define({ name: "ledger", version: "1", sequence: 1 }, id);
    await session.submit("a key with a policy of organisation 1", "ledger", putWithKeyPolicy("one", "1", "MEMBER", "Org1MSP"));
    await session.submit("a key with a policy of both", "ledger", putWithKeyPolicy("both", "1", "PEER", "Org1MSP", "Org2MSP"));
    await session.submit("a policy for a key that is not there", "ledger", setKeyPolicy("absent", "MEMBER", "Org1MSP"));
    await session.submit("changed by organisation 1 alone, as the key allows", "ledger", put("one", "2"), ONLY_1);
    await session.submit("changed by organisation 2 alone, as the key does not", "ledger", put("one", "3"), ONLY_2);
    await session.submit("read and changed by organisation 1 alone", "ledger", ["add", "one", "1"], ONLY_1);
    await session.submit("that key and another, by organisation 1 alone", "ledger", put("one", "4", "plain", "1"), ONLY_1);
    await session.submit("that key and another, by both", "ledger", put("one", "4", "plain", "1"));
    await session.submit("the key of both, by one", "ledger", put("both", "2"), ONLY_2);
    await session.submit("the key of both, by both", "ledger", put("both", "2"));
    await session.submit("reads a policy", "ledger", ["readKeyPolicy", "one"]);
    await session.submit("only reads, by organisation 1 alone", "ledger", ["readKeyPolicy", "one"], ONLY_1);
    await session.submit("the policy changed by those whom it names", "ledger", setKeyPolicy("one", "MEMBER", "Org2MSP"), ONLY_1);
    await session.submit("by organisation 1, no longer named", "ledger", put("one", "5"), ONLY_1);
    await session.submit("by organisation 2, named now", "ledger", put("one", "6"), ONLY_2);
    await session.together(
      ["policy changed", "ledger", setKeyPolicy("one", "MEMBER", "Org1MSP"), ONLY_2],
      ["changed after its policy, in the same block", "ledger", put("one", "7"), ONLY_2],
      ["changed after its policy by both, in the same block", "ledger", put("one", "8")],
      ["another key, in the same block", "ledger", put("both", "3")],
    );
    await session.together(
      ["policy change that its endorsers may not make", "ledger", setKeyPolicy("one", "MEMBER", "Org2MSP"), ONLY_2],
      ["changed after it, which counts", "ledger", put("one", "9"), ONLY_1],
    );
    await session.together(
      ["makes the next one's read stale", "ledger", ["add", "n", "1"]],
      ["policy change whose reads no longer hold", "ledger", ["readKeyPolicy", "one"]],
      ["reads what changes", "ledger", ["add", "n", "1"]],
    );
    await session.submit("deletes the key with its policy", "ledger", remove("one"), ONLY_1);
    await session.submit("written anew without a policy, by organisation 1 alone", "ledger", put("one", "10"), ONLY_1);
    await session.submit("written anew by both", "ledger", put("one", "11"));
    await session.submit("and changed by one, without a policy of its own", "ledger", put("one", "12"), ONLY_1);
    await session.together(
      ["metadata only", "ledger", setKeyPolicy("both", "PEER", "Org1MSP")],
      ["has read the version before", "ledger", ["add", "both", "1"]],
    );
  },
};
