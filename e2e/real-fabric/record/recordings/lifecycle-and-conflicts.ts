import type { Definition } from "../../support/client.ts";
import { call, composite, put, remove } from "../../support/calls.ts";
import type { Recording, Session } from "../recording.ts";
import { groupAt, setMaxMessages, setMetaRule } from "./config.ts";

const ONLY_1 = { by: [1] } as const;
const ONLY_2 = { by: [2] } as const;

async function approveAndCommit(session: Session, definition: Definition, id: string, what: string): Promise<void> {
  for (const side of [1, 2] as const)
    session.label((await session.client.approve(side, definition, id)).txId, `${what}: organisation ${side} approves`);
  session.label((await session.client.commit(definition)).txId, `${what}: committed`);
}

async function definitions(session: Session): Promise<{ ledger: string; other: string }> {
  const { client } = session;
  const ledger = await client.install("ledger_1");
  const other = await client.install("other_1");
  const definition: Definition = { name: "ledger", version: "1", sequence: 1 };
  session.label(
    (await client.approve(1, { ...definition, version: "0" }, undefined)).txId,
    "approval without a package, of another version",
  );
  session.label((await client.approve(1, definition, ledger)).txId, "approval that replaces an earlier one");
  await approveAndCommit(session, { name: "other", version: "1", sequence: 1, endorsementPolicy: "OR('Org2MSP.peer')" }, other, "other 1");
  session.label((await client.approve(2, definition, ledger)).txId, "ledger 1: organisation 2 approves");
  session.label((await client.commit(definition)).txId, "ledger 1: committed");
  return { ledger, other };
}

async function writes(session: Session): Promise<void> {
  await session.submit("two writes", "ledger", put("a", "1", "b", "2"));
  await session.submit("a key written twice keeps the last value", "ledger", put("a", "x", "a", "3"));
  await session.submit("an empty value deletes", "ledger", put("b", ""));
  await session.submit("keys in the order of UTF-8", "ledger", put("zé", "1", "\uFF71", "2", "\u{1D49C}", "3", "Z", "4"));
  await session.submit("read and write", "ledger", ["add", "n", "1"]);
  await session.submit("delete", "ledger", remove("a", "never there"));
  await session.submit("write after delete", "ledger", put("a", "again"));
  await session.submit("composite keys", "ledger", composite("lot", "fish", "1"));
  await session.submit("range of composite keys", "ledger", ["countComposite", "lot", "fish", "lots"]);
  await session.submit("event", "ledger", ["emit", "Moved", "from here to there"]);
  await session.submit("history", "ledger", ["historyInto", "a", "history of a"]);
  await session.submit("nothing read or written of its own", "ledger", ["whoAmI"]);
  await session.submit("only read", "ledger", ["get", "a"]);
}

async function readConflicts(session: Session): Promise<void> {
  await session.together(
    ["first of two that read and write one key", "ledger", ["add", "n", "1"]],
    ["second of them", "ledger", ["add", "n", "10"]],
    ["of another key", "ledger", put("m", "1")],
  );
  await session.together(
    ["creates a key that it found absent", "ledger", ["add", "fresh", "1"]],
    ["found it absent too", "ledger", ["add", "fresh", "2"]],
  );
  await session.together(
    ["deletes a key", "ledger", remove("fresh")],
    ["has read the deleted key", "ledger", ["add", "fresh", "1"]],
    ["writes blindly what was deleted", "ledger", put("fresh", "5")],
  );
  await session.together(
    ["invalid for its endorsements, so its write does not count", "ledger", ["add", "n", "1"], ONLY_1],
    ["valid after it", "ledger", ["add", "n", "2"]],
  );
  const { client } = session;
  const stale = await client.endorse({ chaincode: "ledger", args: ["add", "n", "1"] });
  session.label(stale.txId, "read a version that an earlier block has replaced");
  await session.submit("replaces it", "ledger", ["add", "n", "3"]);
  await client.order(await client.envelope(stale));
  await client.outcome(stale.txId);
}

async function ranges(session: Session): Promise<void> {
  await session.submit("250 keys", "ledger", ["putMany", "r", "0", "250"]);
  const range = (most: number, end: string): string[] => ["countInto", "r", end, `count ${end} ${most}`, String(most)];
  for (const end of ["r0000", "r0001", "r0049", "r0050", "r0051", "r0052", "r0100", "r0101", "r0102", "r0103", "s"])
    await session.submit(`range to its end at ${end}`, "ledger", range(-1, end));
  for (const most of [1, 49, 50, 51, 52, 99, 100, 101, 102, 151, 200, 249, 250])
    await session.submit(`range left after ${most} results`, "ledger", range(most, "s"));
  await session.submit("range open at both ends, left early", "ledger", ["countInto", "", "", "all", "120"]);
  const among = async (what: string, change: string[], end = "s", most = -1): Promise<void> =>
    session.together([`${what}: the change`, "ledger", change], [`${what}: the range`, "ledger", range(most, end)]);
  await among("a key appears in a short range", put("r0010x", "new"), "r0030");
  await among("a value changes in a short range", put("r0011", "new"), "r0030");
  await among("a key goes from a short range", remove("r0012"), "r0030");
  await among("a key appears in a long range", put("r0120x", "new"));
  await among("a value changes in a long range", put("r0121", "new"));
  await among("a key goes from a long range", remove("r0122"));
  await among("a key appears at the end of a range", put("r9", "new"));
  await among("a key appears behind what was read", put("r0240x", "new"), "s", 60);
  await among("a key appears just behind the end of the range", put("s", "new"));
  await among("the key where reading stopped changes", put("r0051", "new"), "s", 52);
}

/** More than 50 hashes of 51 reads: a tree of two levels. */
async function tallTrees(session: Session): Promise<void> {
  for (const from of [0, 900, 1800]) await session.submit("900 keys", "ledger", ["putMany", "t", String(from), "900"]);
  for (const end of ["t2601", "t2602", "u"])
    await session.submit(`tall tree to ${end}`, "ledger", ["countInto", "t", end, `tall ${end}`, "-1"]);
  await session.submit("tall tree left early", "ledger", ["countInto", "t", "u", "tall", "2650"]);
  await session.together(
    ["changes a value below a tall tree", "ledger", put("t1300", "new")],
    ["a tall tree that no longer holds", "ledger", ["countInto", "t", "u", "tall", "-1"]],
  );
}

async function endorsements(session: Session): Promise<void> {
  await session.submit("endorsed by one of two", "ledger", put("a", "1"), ONLY_1);
  await session.submit("only read, endorsed by one of two", "ledger", ["get", "a"], ONLY_2);
  await session.submit("calls another chaincode", "ledger", call("other", put("a", "1")));
  await session.submit("reads another chaincode", "ledger", call("other", ["get", "a"]));
  await session.submit("calls another chaincode, lacks both's endorsements", "ledger", call("other", put("a", "2")), ONLY_1);
  await session.submit("other, endorsed by its own organisation alone", "other", put("b", "1"), ONLY_2);
  await session.submit("other, endorsed by the wrong organisation", "other", put("b", "2"), ONLY_1);
  await session.submit("other calls ledger, endorsed as other asks only", "other", call("ledger", put("a", "2")), ONLY_2);
  await session.submit("submitted by organisation 2", "ledger", put("c", "1"), { signer: session.client.user(2) });
}

async function duplicates(session: Session): Promise<void> {
  const { client } = session;
  const endorsed = await client.endorse({ chaincode: "ledger", args: put("once", "1") });
  const envelope = await client.envelope(endorsed);
  session.label(endorsed.txId, "first of two with one id");
  session.label(endorsed.txId, "the same again in its block");
  session.label(endorsed.txId, "the same again in a later block");
  await client.order(envelope, envelope);
  const { block } = await client.outcome(endorsed.txId);
  await client.order(envelope);
  await client.height(block + 2);
  const refused = await client.endorse({ chaincode: "ledger", args: ["add", "n", "1"] });
  const complete = await client.envelope(refused);
  const lacking = await client.envelope({ ...refused, responses: refused.responses.slice(0, 1) });
  session.label(refused.txId, "invalid for its endorsements");
  session.label(refused.txId, "the same id in the same block, complete");
  session.label(refused.txId, "the same id once more");
  await client.order(lacking, complete, complete);
  await client.outcome(refused.txId);
}

async function initialisation(session: Session, id: string): Promise<void> {
  const { client } = session;
  await approveAndCommit(session, { name: "starter", version: "1", sequence: 1, initRequired: true }, id, "starter 1");
  const init = async () => client.endorse({ chaincode: "starter", args: ["init"], isInit: true });
  const [one, two] = [await init(), await init()];
  session.label(one.txId, "initialises");
  session.label(two.txId, "initialises at the same time");
  await client.order(await client.envelope(one), await client.envelope(two));
  await client.outcome(two.txId);
  await session.submit("after initialisation", "starter", put("a", "1"));
  await approveAndCommit(session, { name: "starter", version: "2", sequence: 2, initRequired: true }, id, "starter 2");
  session.label((await client.submit("starter", ["init"], { isInit: true })).txId, "initialises the new version");
  await session.submit("after it", "starter", ["add", "a", "1"]);
}

async function upgrades(session: Session, id: string): Promise<void> {
  const { client } = session;
  const definition: Definition = { name: "ledger", version: "2", sequence: 2, endorsementPolicy: "OR('Org1MSP.peer', 'Org2MSP.admin')" };
  const before = await client.endorse({ chaincode: "ledger", args: put("a", "before") });
  session.label(before.txId, "endorsed under the definition before");
  await approveAndCommit(session, definition, id, "ledger 2");
  await client.order(await client.envelope(before));
  await client.outcome(before.txId);
  await session.submit("endorsed by one, as the new definition allows", "ledger", put("a", "after"), ONLY_1);
  await session.submit("endorsed by the other one", "ledger", put("a", "no"), ONLY_2);
  session.label(
    (await client.submit("_lifecycle", ["QueryChaincodeDefinitions", new Uint8Array()], ONLY_1)).txId,
    "a lifecycle query, ordered",
  );
}

async function configurations(session: Session): Promise<void> {
  const { client, consortium } = session;
  const orderers = [consortium.orderer.admin];
  await client.updateConfig((root) => setMaxMessages(root, 40), orderers);
  await session.submit("after a configuration", "starter", put("c", "1"));
  const both = [client.admin(1), client.admin(2)];
  await client.updateConfig((root) => setMetaRule(groupAt(root, "Application"), "Endorsement", "ANY"), both);
  await session.submit("any endorsement is enough now", "starter", put("c", "2"), ONLY_2);
  await client.updateConfig((root) => setMetaRule(groupAt(root, "Application"), "Endorsement", "ALL"), both);
  await session.submit("and now it is not", "starter", put("c", "3"), ONLY_2);
  // A pending configuration cuts what waits before it.
  const waiting = await client.endorse({ chaincode: "starter", args: ["add", "c", "1"] });
  session.label(waiting.txId, "cut because a configuration comes");
  await client.order(await client.envelope(waiting));
  await client.updateConfig((root) => delete groupAt(root, "Application", "Org2").values["AnchorPeers"], [client.admin(2)]);
  await client.outcome(waiting.txId);
}

/** What every channel sees: the lifecycle, conflicts of reads and writes, endorsement policies, configurations. */
export const lifecycleAndConflicts: Recording = {
  name: "lifecycle-and-conflicts",
  about:
    "Etcdraft, channel capability V2_0: the lifecycle of three chaincodes, writes and deletes, MVCC and phantom conflicts, ranges up to two levels of Merkle tree, calls between chaincodes, histories, endorsement failures, duplicate ids, required initialisation, configuration updates.",
  async run(session) {
    const { ledger, other } = await definitions(session);
    await writes(session);
    await readConflicts(session);
    await ranges(session);
    await tallTrees(session);
    await endorsements(session);
    await duplicates(session);
    await initialisation(session, other);
    await upgrades(session, ledger);
    await configurations(session);
  },
};
