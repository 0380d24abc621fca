// The ledger as a peer gives it to anyone who may read it, verified by what the blocks themselves say.
import type { Client } from "@heddle/api";
import { blockHeaderHash, ChannelBundle, configFromBlock, createLocalSigningIdentity, PeerClient, verifyBlock } from "@heddle/fabric";
import { common, peer } from "@heddle/fabric/wire";
import { fromBinary } from "@bufbuild/protobuf";

/** A ledger that was read from its first block to its last. */
export interface VerifiedLedger {
  readonly height: number;
  /** Validation codes by transaction id. */
  readonly codes: ReadonlyMap<string, string>;
}

/** Reads a channel from an organisation's peer and verifies hashes, order and the orderers' signatures. */
export async function verifyLedger(client: Client, network: string, channel: string, organization: string): Promise<VerifiedLedger> {
  const { nodes } = await client.listNodes({ params: { name: network } });
  const node = nodes.find((one) => one.kind === "peer" && one.organization === organization);
  const { files } = await client.exportNetwork({ params: { name: network }, body: { organization, user: "Admin" } });
  const file = (name: string): string => files.find(({ path }) => path === name)?.content ?? "";
  const identity = createLocalSigningIdentity(node?.mspId ?? "", file("certificate.pem"), file("private-key.pem"));
  using peerClient = new PeerClient({ address: node?.address ?? "", hostname: node?.name ?? "", tlsRootPem: file("tls-root.pem") });
  const { height } = await peerClient.channelInfo(channel, identity);
  const codes = new Map<string, string>();
  let previous: Uint8Array = new Uint8Array();
  let bundle: ChannelBundle | undefined;
  let next = 0n;
  for await (const block of peerClient.blocks({ channelId: channel, identity, start: 0, stop: height - 1 })) {
    const { header } = block;
    if (header === undefined || header.number !== next) throw new Error(`block ${next} is missing`);
    if (Buffer.compare(header.previousHash, previous) !== 0) throw new Error(`block ${next} does not follow the block before it`);
    // The first block is signed by nobody: it is what the next ones are judged by, and each configuration what follows it.
    if (next > 0n && bundle === undefined) throw new Error("the first block has no configuration");
    if (bundle !== undefined) verifyBlock(block, bundle);
    if (isConfig(block)) bundle = ChannelBundle.fromConfig(channel, configFromBlock(block).config);
    for (const [id, code] of codesOf(block)) codes.set(id, code);
    previous = blockHeaderHash(header);
    next += 1n;
  }
  if (Number(next) !== height) throw new Error(`${next} blocks were read of ${height}`);
  return { height, codes };
}

function headers(block: common.Block): common.ChannelHeader[] {
  return (block.data?.data ?? []).map((bytes) => {
    const payload = fromBinary(common.PayloadSchema, fromBinary(common.EnvelopeSchema, bytes).payload);
    return fromBinary(common.ChannelHeaderSchema, payload.header?.channelHeader ?? new Uint8Array());
  });
}

function isConfig(block: common.Block): boolean {
  return headers(block)[0]?.type === common.HeaderType.CONFIG;
}

function codesOf(block: common.Block): [string, string][] {
  const flags = block.metadata?.metadata[common.BlockMetadataIndex.TRANSACTIONS_FILTER] ?? new Uint8Array();
  return headers(block).map(({ txId }, index) => [txId, peer.TxValidationCode[flags[index] ?? 254] ?? "unknown"]);
}
