// The life of one lot: made, measured, recalled; then its history and the events it caused.
import { run, text, type Session } from "./run.ts";

await run(async (session) => {
  const { contract, mspId } = session;
  const lot = `APP-${Date.now()}`;
  console.log(`createLot ${lot} as ${mspId}`);
  const created = await commit(session, "createLot", lot, "Olive oil", "Mill Kalamata", "300");
  const measured = await commit(session, "recordTemperature", lot, "18.5");
  const recalled = await commit(session, "recall", lot, "kept too warm");

  console.log(`readLot: ${text(await contract.evaluateTransaction("readLot", lot))}`);
  console.log(`lotHistory: ${text(await contract.evaluateTransaction("lotHistory", lot))}`);
  await printEvents(session, [created, measured, recalled]);
});

interface Committed {
  readonly transactionId: string;
  readonly blockNumber: bigint;
}

/** Submits a transaction without waiting, which gives its result at once, then asks for its commit. */
async function commit({ contract }: Session, name: string, ...args: string[]): Promise<Committed> {
  const submitted = await contract.submitAsync(name, { arguments: args });
  const status = await submitted.getStatus();
  if (!status.successful) throw new Error(`transaction ${status.transactionId} was not committed: code ${status.code}`);
  console.log(`${name} committed in block ${status.blockNumber}`);
  return { transactionId: status.transactionId, blockNumber: status.blockNumber };
}

/** Reads the events again from the block of the first transaction on; others may have caused some in between. */
async function printEvents({ network, chaincode }: Session, transactions: readonly Committed[]): Promise<void> {
  const wanted = new Set(transactions.map(({ transactionId }) => transactionId));
  const startBlock = transactions[0]?.blockNumber;
  const events = await network.getChaincodeEvents(chaincode, startBlock === undefined ? {} : { startBlock });
  try {
    for await (const { eventName, blockNumber, transactionId, payload } of events) {
      if (!wanted.delete(transactionId)) continue;
      console.log(`event ${eventName} in block ${blockNumber}: ${text(payload)}`);
      if (wanted.size === 0) return;
    }
  } finally {
    events.close();
  }
}
