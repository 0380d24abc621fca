import type { ConsortiumClient } from "../../support/client.ts";
import { put, remove } from "../../support/calls.ts";
import type { Recording, Session } from "../recording.ts";
import { setMaxMessages } from "./config.ts";

/** A few transactions of each kind, for channels whose difference is elsewhere. */
export async function fewOfEach(session: Session, client: ConsortiumClient): Promise<void> {
  const id = await client.install("ledger_1");
  await client.define({ name: "ledger", version: "1", sequence: 1 }, id);
  await session.submit("write", "ledger", put("a", "1"));
  await session.together(
    ["first of two that read and write one key", "ledger", ["add", "a", "1"]],
    ["second of them", "ledger", ["add", "a", "2"]],
  );
  await session.submit("120 keys", "ledger", ["putMany", "r", "0", "120"]);
  await session.submit("range", "ledger", ["countInto", "r", "s", "count", "-1"]);
  await session.submit("endorsed by one of two", "ledger", put("a", "3"), { by: [2] });
  await client.updateConfig((root) => setMaxMessages(root, 20), [session.consortium.orderer.admin]);
  await session.submit("after a configuration", "ledger", remove("a"));
}

/** Raft under the channel capability of Fabric 3. */
export const channelV3: Recording = {
  name: "channel-v3",
  about:
    "Etcdraft under the channel capability V3_0, three orderers: lifecycle, a conflict, a range, an endorsement failure, a configuration update.",
  consortium: { orderers: 3 },
  channel: { capability: "V3_0" },
  run: (session) => fewOfEach(session, session.client),
};
