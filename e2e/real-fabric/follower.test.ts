// A real peer that pulls its blocks from a devnet orderer and judges every transaction for itself.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { PeerClient } from "@heddle/fabric";
import { common, peer } from "@heddle/fabric/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeTransactions, Session, vectorsFolder, type Recording, type VectorTransaction } from "./record/recording.ts";
import { bftOrdering } from "./record/recordings/bft-ordering.ts";
import { channelV3 } from "./record/recordings/channel-v3.ts";
import { lifecycleAndConflicts } from "./record/recordings/lifecycle-and-conflicts.ts";
import { malformed } from "./record/recordings/malformed.ts";
import { randomConflicts } from "./record/recordings/random-conflicts.ts";
import { ConsortiumClient } from "./support/client.ts";
import { configtxgenBlock } from "./support/configtx.ts";
import { createConsortium, type Consortium, type ConsortiumNode } from "./support/consortium.ts";
import { DevnetNetwork } from "./support/devnet-network.ts";
import { flagsOf, PeerLedger } from "./support/peer-ledger.ts";
import { joinPeer, startNode, type RealNode } from "./support/real-network.ts";
import { skipped, whyNoFabric } from "./support/tools.ts";

const reason = whyNoFabric(["configtxgen", "peer"]);

interface Judged {
  readonly block: number;
  readonly codes: readonly string[];
  readonly commitHash: string;
}

function judged(bytes: Uint8Array): Judged {
  const block = fromBinary(common.BlockSchema, bytes);
  return {
    block: Number(block.header?.number ?? 0n),
    codes: [...flagsOf(block)].map((flag) => peer.TxValidationCode[flag] ?? String(flag)),
    commitHash: Buffer.from(block.metadata?.metadata[4] ?? new Uint8Array()).toString("hex"),
  };
}

function recorded(name: string): readonly VectorTransaction[] {
  const vector = JSON.parse(readFileSync(path.join(vectorsFolder, name, "vector.json"), "utf8")) as { transactions: VectorTransaction[] };
  return vector.transactions;
}

describe.skipIf(reason !== undefined)(`A real peer behind a devnet orderer${skipped(reason)}`, () => {
  let folder: string;
  let consortium: Consortium;
  let devnet: DevnetNetwork;
  let follower: RealNode;
  let node: ConsortiumNode;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "heddle-follower-"));
    consortium = await createConsortium(path.join(folder, "crypto"), { peers: 2, orderers: 4 });
    const [, second] = consortium.organizations[0].nodes;
    if (second === undefined) throw new Error("there is no second peer");
    node = second;
    devnet = await DevnetNetwork.start(consortium);
    follower = await startNode(node, path.join(folder, "nodes"));
  });
  afterAll(async () => {
    await follower?.process.stop();
    await devnet?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  // The longer a block waits, the less a busy machine can split what belongs together.
  it.each<[string, Recording, string]>([
    ["the lifecycle, conflicts, ranges, policies, initialisation and configurations", lifecycleAndConflicts, "150ms"],
    ["what is malformed or wrongly signed", malformed, "250ms"],
    ["random reads and writes", randomConflicts, "2s"],
    ["under the channel capability V3_0", channelV3, "150ms"],
    ["blocks that a quorum of BFT consenters has signed", bftOrdering, "150ms"],
  ])("judges as devnet does: %s", { timeout: 80_000 }, async (_title, recording, batchTimeout) => {
    const channel: Consortium = { ...consortium, channelId: recording.name };
    const genesis = await configtxgenBlock(channel, { ...recording.channel, batchTimeout });
    await devnet.join(genesis);
    const [{ admin }] = channel.organizations;
    await joinPeer(node, admin, genesis);
    await using client = new ConsortiumClient(channel);
    const session = new Session(client);
    await recording.run(session);
    const blocks = await client.blocks(1);
    // The same script was recorded on a network of real orderers and peers.
    expect(describeTransactions(blocks, session)).toEqual(recorded(recording.name));
    const own = blocks.map(judged);
    using real = new PeerClient(node.address);
    const ledger = new PeerLedger(real, channel.channelId, admin);
    await ledger.reach(own.length).catch((error: unknown) => {
      throw new Error(`the real peer does not follow; its log ends with\n${follower.process.output.slice(-3000)}`, { cause: error });
    });
    const theirs = (await ledger.all()).map(judged);
    // The genesis block has no verdict of devnet's own making.
    expect(theirs.slice(1)).toEqual(own.slice(1));
    expect(own.length).toBeGreaterThan(10);
    expect(new Set(own.flatMap(({ codes }) => codes)).size).toBeGreaterThanOrEqual(3);
  });
});
