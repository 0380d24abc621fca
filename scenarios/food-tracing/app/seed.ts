// Submits the transactions of seed.json, one after the other; a lot that is there already stays.
import { readFile } from "node:fs/promises";
import { GatewayError } from "@hyperledger/fabric-gateway";
import { run } from "./run.ts";

interface Call {
  readonly function: string;
  readonly args: string[];
}

await run(async ({ contract }) => {
  const calls = JSON.parse(await readFile(new URL("./seed.json", import.meta.url), "utf8")) as Call[];
  for (const { function: name, args } of calls) {
    try {
      await contract.submitTransaction(name, ...args);
      console.log(`${name} ${args.join(" ")}`);
    } catch (error) {
      // Fabric carries what a contract refuses as text; ours begins with a code.
      const there = error instanceof GatewayError && error.details.some(({ message }) => message.includes("LOT_EXISTS"));
      if (!there) throw error;
      console.log(`${name} ${args[0] ?? ""}: is there already`);
    }
  }
});
