// Records the vectors of packages/devnet/test/vectors from a real network:
//   HEDDLE_FABRIC_BIN=DIR node --conditions=@heddle/source e2e/real-fabric/record/record.ts [--fabric TEXT] [NAME...]
// Drives programs of Hyperledger Fabric that are there already; builds none.
import { parseArgs } from "node:util";
import { whyNoFabric } from "../support/tools.ts";
import { record, type Recording } from "./recording.ts";
import { bftOrdering } from "./recordings/bft-ordering.ts";
import { keyEndorsement } from "./recordings/key-endorsement.ts";
import { lifecycleAndConflicts } from "./recordings/lifecycle-and-conflicts.ts";
import { malformed } from "./recordings/malformed.ts";
import { privateCollections } from "./recordings/private-collections.ts";
import { randomConflicts } from "./recordings/random-conflicts.ts";
import { channelV3 } from "./recordings/channel-v3.ts";

const recordings: readonly Recording[] = [
  lifecycleAndConflicts,
  malformed,
  randomConflicts,
  keyEndorsement,
  privateCollections,
  channelV3,
  bftOrdering,
];

const { values, positionals } = parseArgs({ options: { fabric: { type: "string" } }, allowPositionals: true });
const reason = whyNoFabric(["configtxgen", "orderer", "peer"], { ccaas: true });
if (reason !== undefined) throw new Error(reason);
const wanted = positionals.length === 0 ? recordings : recordings.filter(({ name }) => positionals.includes(name));
if (wanted.length === 0) throw new Error(`known recordings: ${recordings.map(({ name }) => name).join(", ")}`);
for (const recording of wanted) console.log(await record(recording, values.fabric ?? "of unknown version"));
