import { readFile } from "node:fs/promises";
import path from "node:path";
import { text as readStream } from "node:stream/consumers";
import { parseNetworkFile, type NetworkFile } from "@heddle/network";
import { cliErrors } from "../errors.ts";

/**
 * Reads and checks a network file; `-` is standard input. Paths of chaincodes
 * become absolute, since the server runs elsewhere.
 * @throws HeddleError CLI_FILE_UNREADABLE, or what the network file itself is refused with.
 */
export async function readNetworkFile(file: string): Promise<NetworkFile> {
  const network = parseNetworkFile(await readText(file));
  const folder = file === "-" ? process.cwd() : path.dirname(path.resolve(file));
  const chaincodes = network.spec.chaincodes.map((chaincode) => ({
    ...chaincode,
    source: "path" in chaincode.source ? { path: path.resolve(folder, chaincode.source.path) } : chaincode.source,
  }));
  return { ...network, spec: { ...network.spec, chaincodes } };
}

async function readText(file: string): Promise<string> {
  try {
    return file === "-" ? await readStream(process.stdin) : await readFile(file, "utf8");
  } catch (error) {
    throw cliErrors.create(
      "CLI_FILE_UNREADABLE",
      { file, reason: error instanceof Error ? error.message : String(error) },
      { cause: error },
    );
  }
}
