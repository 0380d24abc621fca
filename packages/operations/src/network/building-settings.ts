import { durationMs, type NetworkFile } from "@heddle/network";

/** Blocks that are cut this soon are not worth another configuration. */
const SOON_MS = 50;

/**
 * The file by which a network's channels are built: the one that was asked for, but with a block for each
 * transaction. A definition takes three transactions, one after the other, and each would wait for the
 * batch timeout, 2 s by default. The very same file where blocks come at once anyway: BFT's orderers do not look at
 * the batch timeout (Fabric: orderer/consensus/smartbft/util.go).
 */
export function buildingFile(file: NetworkFile): NetworkFile {
  const { ordering } = file.spec;
  const { timeout, maxMessages } = ordering.batch;
  if (ordering.type === "bft" || timeout === "instant" || maxMessages === 1 || (durationMs(timeout) ?? 0) <= SOON_MS) return file;
  return { ...file, spec: { ...file.spec, ordering: { ...ordering, batch: { ...ordering.batch, maxMessages: 1 } } } };
}
