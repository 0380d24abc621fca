import { blockHeaderHash, ChannelBundle, configFromBlock, verifyBlock, verifyBlockSignaturesAside } from "@heddle/fabric";
import type { common } from "@heddle/fabric/wire";

/** What a check of one block came to: nothing wrong, or what was. */
export type Verdict = { readonly verified: true } | { readonly verified: false; readonly problem: string };

/**
 * Checks the blocks of a channel one after the other: number, previous hash, data hash, and the orderers'
 * signatures by the configuration in force (for BFT a quorum of them). Configurations on the way are followed.
 * Block 0 has no signatures and is where trust begins.
 */
export class ChainVerifier {
  readonly #channelId: string;
  #next: bigint;
  #tipHash: Uint8Array;
  #bundle: ChannelBundle | undefined;

  /** Begins at block 0, or goes on behind a block whose configuration block is given. Throws FABRIC_BLOCK_INVALID, FABRIC_CONFIG_INVALID. */
  constructor(channelId: string, resume?: { readonly next: number; readonly tipHash: Uint8Array; readonly configBlock: common.Block }) {
    this.#channelId = channelId;
    this.#next = BigInt(resume?.next ?? 0);
    this.#tipHash = resume?.tipHash ?? new Uint8Array();
    this.#bundle = resume === undefined ? undefined : ChannelBundle.fromConfig(channelId, configFromBlock(resume.configBlock).config);
  }

  /** Checks the next block. Never throws; goes on behind a block that was not right. */
  verify(block: common.Block, isConfig: boolean): Verdict {
    try {
      this.#check(block);
      return { verified: true };
    } catch (error) {
      return { verified: false, problem: error instanceof Error ? error.message : String(error) };
    } finally {
      this.#goOn(block, isConfig);
    }
  }

  /**
   * Lets other threads check the signatures of blocks that come next, by the configuration in force, so that
   * {@link ChainVerifier.verify} has less to do. It decides nothing and never rejects.
   */
  async prepare(blocks: readonly common.Block[]): Promise<void> {
    const bundle = this.#bundle;
    if (bundle !== undefined) await Promise.all(blocks.map((block) => verifyBlockSignaturesAside(block, bundle)));
  }

  #check(block: common.Block): void {
    const { header } = block;
    if (header === undefined) throw new Error("the block has no header");
    if (header.number !== this.#next) throw new Error(`block ${header.number} stands where block ${this.#next} should be`);
    if (Buffer.compare(header.previousHash, this.#tipHash) !== 0)
      throw new Error(`block ${header.number} does not follow the block before it`);
    if (header.number > 0n && this.#bundle === undefined) throw new Error("the channel's configuration could not be read");
    if (header.number > 0n && this.#bundle !== undefined) verifyBlock(block, this.#bundle);
  }

  #goOn(block: common.Block, isConfig: boolean): void {
    this.#next += 1n;
    if (block.header !== undefined) this.#tipHash = blockHeaderHash(block.header);
    if (!isConfig) return;
    try {
      this.#bundle = ChannelBundle.fromConfig(this.#channelId, configFromBlock(block).config);
    } catch {
      // A configuration that cannot be read leaves the old one in force, as a peer would stop there.
    }
  }
}
