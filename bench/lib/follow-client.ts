// Reads a channel from block 0, forked with a task: `floor` throws the blocks away, `index` makes an index of
// them in a new store. One process for all rounds, so that every round but the first meets compiled code.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { Explorer, type BlockSource } from "@heddle/explorer";
import { createLocalSigningIdentity, PeerClient, type LocalSigningIdentity } from "@heddle/fabric";
import { common } from "@heddle/fabric/wire";
import { openStore } from "@heddle/store";

/** What the process is told once. */
export interface FollowTask {
  readonly role: "floor" | "index";
  readonly address: string;
  readonly tlsRootPem: string;
  readonly mspId: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly channel: string;
  readonly height: number;
}

/** What a round came to. */
export interface FollowRound {
  readonly seconds: number;
  /** Of this process. */
  readonly cpuSeconds: number;
  /** MiB of this process when a quarter, a half, three quarters and all of the blocks were indexed. */
  readonly memory?: readonly Memory[];
}

/** MiB of a process. */
export interface Memory {
  readonly resident: number;
  /** JavaScript's heap, and buffers outside of it. */
  readonly heap: number;
}

const MIB = 1024 * 1024;

function memoryNow(): Memory {
  const { rss, heapUsed, external } = process.memoryUsage();
  return { resident: rss / MIB, heap: (heapUsed + external) / MIB };
}

async function throwAway(client: PeerClient, identity: LocalSigningIdentity, { channel, height }: FollowTask): Promise<void> {
  let seen = 0;
  for await (const _block of client.blocks({ channelId: channel, identity, start: 0, stop: height - 1 })) seen += 1;
  if (seen !== height) throw new Error(`the peer sent ${seen} of ${height} blocks`);
}

function sourceOf(client: PeerClient, identity: LocalSigningIdentity, channel: string): BlockSource {
  return {
    follow: (from, signal) => client.blocks({ channelId: channel, identity, start: from, signal }),
    height: async () => (await client.channelInfo(channel, identity)).height,
    block: async (number) => fromBinary(common.BlockSchema, await client.block(channel, number, identity)),
  };
}

/** Indexes everything; the answer takes the index away again, which is not measured. */
async function index(
  client: PeerClient,
  identity: LocalSigningIdentity,
  { channel, height }: FollowTask,
  memory: Memory[],
): Promise<() => Promise<void>> {
  const folder = mkdtempSync(path.join(tmpdir(), "heddle-bench-index-"));
  const store = await openStore({ url: `sqlite:${path.join(folder, "store.db")}` });
  await store.networks.insert({ name: "bench", spec: {}, runtime: "embedded", state: "ready" });
  const ended = Promise.withResolvers<void>();
  const directory = {
    list: () => Promise.resolve([{ network: "bench", channel }]),
    source: () => Promise.resolve(sourceOf(client, identity, channel)),
  };
  const log = {
    info: (details: object, message: string) => console.error(message, details),
    warn: () => ended.reject(new Error("a block is not right")),
  };
  const explorer = new Explorer({ directory, index: store.explorer, log });
  explorer.onMoved((_channel, next) => {
    while (next >= (height * (memory.length + 1)) / 4 && memory.length < 4) memory.push(memoryNow());
    if (next >= height) ended.resolve();
  });
  await explorer.look();
  await ended.promise;
  return async () => {
    await explorer.close();
    const [kept] = await store.explorer.channels("bench");
    if (kept?.next !== height || kept.problem !== undefined || kept.invalid > 0) throw new Error("the index is not what the channel is");
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Signatures that a process remembers as right (packages/fabric/src/crypto/known-signatures.ts). */
const REMEMBERED = 8192;

/** Pushes the blocks of the round before out of that memory: a server meets a block once. */
function forgetSignatures(identity: LocalSigningIdentity): void {
  for (let number = 0; number < REMEMBERED; number += 1) identity.signKnown(Buffer.from(`${performance.now()} ${number}`));
}

async function round(task: FollowTask): Promise<FollowRound> {
  const identity = createLocalSigningIdentity(task.mspId, task.certificatePem, task.privateKeyPem);
  using client = new PeerClient({ address: task.address, tlsRootPem: task.tlsRootPem });
  // The connection is made before the clock starts.
  await client.channelInfo(task.channel, identity);
  if (task.role === "index") forgetSignatures(identity);
  const memory: Memory[] = [];
  const before = process.cpuUsage();
  const began = performance.now();
  const after = task.role === "floor" ? await throwAway(client, identity, task) : await index(client, identity, task, memory);
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(before);
  await after?.();
  return { seconds, cpuSeconds: (user + system) / 1e6, memory };
}

if (process.send !== undefined) {
  const task = JSON.parse(process.argv[2] ?? "") as FollowTask;
  process.on("message", () => {
    round(task).then(
      (result) => process.send?.(result),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.on("disconnect", () => process.exit(0));
}
