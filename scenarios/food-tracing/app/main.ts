// Makes a lot, records a temperature, reads it back and prints the events that
// this caused. Usage: node main.ts [FOLDER] [CHANNEL] [CHAINCODE]
import { GatewayError, type ChaincodeEvent, type CloseableAsyncIterable } from "@hyperledger/fabric-gateway";
import { openConnection } from "./connect.ts";

const [folder = ".", channel = "main", chaincode = "food-tracing"] = process.argv.slice(2);
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

async function printEvents(events: CloseableAsyncIterable<ChaincodeEvent>, count: number): Promise<void> {
  let seen = 0;
  for await (const event of events) {
    console.log(`event ${event.eventName} in block ${event.blockNumber}: ${text(event.payload)}`);
    seen += 1;
    if (seen === count) return;
  }
}

async function main(): Promise<void> {
  const connection = await openConnection(folder);
  try {
    const network = connection.gateway.getNetwork(channel);
    const contract = network.getContract(chaincode);
    const events = await network.getChaincodeEvents(chaincode);
    try {
      const id = `APP-${Date.now()}`;
      const printed = printEvents(events, 2);
      console.log(`createLot ${id} as ${connection.mspId}`);
      console.log(text(await contract.submitTransaction("createLot", id, "Olive oil", "Mill Kalamata", "300")));

      // Submitting without waiting gives the result at once; the commit is asked for later.
      const submitted = await contract.submitAsync("recordTemperature", { arguments: [id, "18.5"] });
      const status = await submitted.getStatus();
      if (!status.successful) throw new Error(`transaction ${status.transactionId} was not committed: code ${status.code}`);
      console.log(`recordTemperature committed in block ${status.blockNumber}`);

      console.log(`readLot: ${text(await contract.evaluateTransaction("readLot", id))}`);
      await printed;
    } finally {
      events.close();
    }
  } finally {
    connection.close();
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof GatewayError)
    for (const { address, mspId, message } of error.details) console.error(`  ${address} (${mspId}): ${message}`);
  process.exitCode = 1;
}
