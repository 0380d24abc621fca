import type { Recording } from "../recording.ts";
import { fewOfEach } from "./channel-v3.ts";

/** SmartBFT: blocks signed by a quorum. */
export const bftOrdering: Recording = {
  name: "bft-ordering",
  about:
    "SmartBFT with four consenters, channel capability V3_0: lifecycle, a conflict, a range, an endorsement failure, a configuration update.",
  consortium: { orderers: 4 },
  channel: { type: "BFT", capability: "V3_0" },
  run: (session) => fewOfEach(session, session.client),
};
