import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import {
  bftQuorum,
  serializeIdentity,
  signBlock,
  signBlockBft,
  type BftConsenter,
  type ChannelBundle,
  type LocalSigningIdentity,
} from "@heddle/fabric";
import { common, etcdraft } from "@heddle/fabric/wire";

// What orderers say of a block by the channel's type of consensus. There is no cluster: the orderers of the process
// agree at once, and write down what those of a real cluster that never had a fault would.

/** Why the orderers that are there cannot agree on blocks of a channel; undefined when they can. */
export function missingQuorum(bundle: ChannelBundle, members: readonly LocalSigningIdentity[]): string | undefined {
  if (bundle.orderer.consensusType !== "BFT") return undefined;
  const needed = bftQuorum(bundle.consenters.length);
  const there = consentersOf(bundle, members).length;
  return there >= needed ? undefined : `only ${there} of ${bundle.consenters.length} consenters take part, ${needed} are needed`;
}

/** Signs a block, in place: by the leader alone, or by a quorum of a BFT channel's consenters. The leader is the first member. */
export function signAsOrderers(
  block: common.Block,
  lastConfigIndex: number,
  bundle: ChannelBundle,
  members: readonly LocalSigningIdentity[],
): void {
  const number = Number(block.header?.number ?? 0n);
  if (bundle.orderer.consensusType === "BFT") {
    const quorum = consentersOf(bundle, members).slice(0, bftQuorum(bundle.consenters.length));
    signBlockBft(block, { lastConfigIndex, consenterMetadata: viewMetadata(number) }, quorum);
    return;
  }
  const [leader] = members;
  if (leader === undefined) throw new RangeError("a channel without orderers orders nothing");
  signBlock(block, { lastConfigIndex, consenterMetadata: raftMetadata(bundle, number) }, leader);
}

/** The members that are consenters of a BFT channel, by their numbers. */
function consentersOf(bundle: ChannelBundle, members: readonly LocalSigningIdentity[]): BftConsenter[] {
  return bundle.consenters
    .toSorted((a, b) => a.id - b.id)
    .flatMap(({ id, mspId, identity }) => {
      const serialized = serializeIdentity(mspId, Buffer.from(identity).toString("utf8"));
      const member = members.find((one) => Buffer.compare(one.serialized, serialized) === 0);
      return member === undefined ? [] : [{ id, identity: member }];
    });
}

/** Raft's note in a block: who takes part, and how long the log is. A new channel's log holds an entry for each consenter and one for its leader. */
function raftMetadata(bundle: ChannelBundle, number: number): Uint8Array {
  const count = Math.max(1, [...bundle.ordererEndpoints.values()].flat().length);
  const consenterIds = Array.from({ length: count }, (_, index) => BigInt(index + 1));
  const value = create(etcdraft.BlockMetadataSchema, {
    consenterIds,
    nextConsenterId: BigInt(count + 1),
    raftIndex: BigInt(number + count + 1),
  });
  return toBinary(common.MetadataSchema, create(common.MetadataSchema, { value: toBinary(etcdraft.BlockMetadataSchema, value) }));
}

/** SmartBFT's note in a block, smartbftprotos.ViewMetadata: view 0, which no fault has ended; this sequence; the decisions before it. */
function viewMetadata(number: number): Uint8Array {
  const LATEST_SEQUENCE = 2;
  const DECISIONS_IN_VIEW = 3;
  const writer = new BinaryWriter().tag(LATEST_SEQUENCE, 0).uint64(number);
  if (number > 1) writer.tag(DECISIONS_IN_VIEW, 0).uint64(number - 1);
  return writer.finish();
}
