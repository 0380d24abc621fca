import { GatewayError, type Contract, type Network } from "@hyperledger/fabric-gateway";
import { openConnection } from "./connect.ts";

/** What a program of this folder works with. */
export interface Session {
  readonly network: Network;
  readonly contract: Contract;
  /** Name of the chaincode, to ask for its events. */
  readonly chaincode: string;
  readonly mspId: string;
}

/**
 * Runs a program with a connection, and closes it. The command line is
 * `[FOLDER] [CHANNEL] [CHAINCODE]`: where the exported files are, then what to talk to.
 * A failure is told with what each peer said.
 */
export async function run(work: (session: Session) => Promise<void>): Promise<void> {
  const [folder = ".", channel = "main", chaincode = "food-tracing"] = process.argv.slice(2);
  try {
    const connection = await openConnection(folder);
    try {
      const network = connection.gateway.getNetwork(channel);
      await work({ network, contract: network.getContract(chaincode), chaincode, mspId: connection.mspId });
    } finally {
      connection.close();
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    if (error instanceof GatewayError)
      for (const { address, mspId, message } of error.details) console.error(`  ${address} (${mspId}): ${message}`);
    process.exitCode = 1;
  }
}

/** A result of the contract, as text. */
export function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}
