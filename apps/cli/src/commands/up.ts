import type { Client, NetworkDetail, Operation, Submitted } from "@heddle/api";
import { isHeddleError, type NetworkFile } from "@heddle/network";
import { asCalled } from "../called.ts";
import { text, type Invocation } from "../command.ts";
import { cliErrors } from "../errors.ts";
import { follow } from "../follow.ts";
import { networkOfPreset } from "../input/preset.ts";
import { portNumber } from "../input/values.ts";
import { proofLines } from "../render/proof.ts";
import { facts } from "../render/table.ts";
import { seconds } from "../render/values.ts";
import { connect, type Server } from "../server/connect.ts";
import { consoleReady, loginLink, type PrintedLink } from "../server/console.ts";

const SCENARIO = "food-tracing";
/** The lot that the first transaction makes. */
const FIRST_LOT = ["LOT-001", "Organic tomatoes", "Farm Greenfield, Almeria", "1200"] as const;

/** `heddle up`: from nothing to a committed transaction; again, it proves that all still works. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const began = performance.now();
  const name = text(invocation, "name") ?? "sample";
  const wanted = networkOfPreset({ name, preset: text(invocation, "preset") ?? "consortium", ordering: text(invocation, "ordering") });
  const port = text(invocation, "port");
  const server = await connect(output, signal, port === undefined ? undefined : portNumber(port));
  const { client } = server;
  // Begins to build it, where that is needed, while the network is made.
  await client.getConsole({}, { signal });
  await settleDeletion(client, name, invocation);
  const { operation, since } = await begin(client, name, wanted);
  output.note(operation.summary);
  await follow(client, operation, { output, signal, since });
  const network = await client.getNetwork({ params: { name } }, { signal });
  const first = await firstLot(client, network, signal);
  const took = (performance.now() - began) / 1000;
  const { state } = await consoleReady(client, output, signal);
  const login = await loginLink(client, server.address);
  const result = {
    server: { url: server.address.url },
    network: { name, state: network.state },
    proof: network.proof,
    transaction: first,
    console: { state, login },
    seconds: took,
  };
  output.result(result, () => summary(server, network, first, took, login));
}

/** A network of that name that is being deleted has to be gone before another is made. */
async function settleDeletion(client: Client, name: string, { output, signal }: Invocation): Promise<void> {
  const id = (await findNetwork(client, name))?.operation;
  const operation = id === undefined ? undefined : await client.getOperation({ params: { id } }, { signal });
  if (operation?.kind !== "network.delete") return;
  output.note(operation.summary);
  await follow(client, operation, { output, signal });
}

/** What was begun, and until when an attempt before it went. */
interface Begun {
  readonly operation: Operation;
  readonly since?: string | undefined;
}

/** Begins what the network needs: its creation, the rest of what was begun before, or another proof. */
async function begin(client: Client, name: string, wanted: NetworkFile): Promise<Begun> {
  const network = await findNetwork(client, name);
  if (network === undefined) return client.createNetwork({ body: { spec: wanted } });
  if (network.operation !== undefined) return { operation: await client.getOperation({ params: { id: network.operation } }) };
  if (network.state === "ready") return client.proveNetwork({ params: { name } });
  const { operations } = await client.listOperations({ query: { network: name, limit: 1 } });
  const [last] = operations;
  if (network.state === "failed" && last?.state === "failed") {
    const { operation } = await client.retryOperation({ params: { id: last.id } });
    return { operation, since: last.finishedAt };
  }
  throw cliErrors.create("CLI_NETWORK_STATE", {
    network: name,
    state: network.state,
    advice: `Remove it with: heddle network delete ${name} --yes`,
  });
}

async function findNetwork(client: Client, name: string): Promise<NetworkDetail | undefined> {
  try {
    return await client.getNetwork({ params: { name } });
  } catch (error) {
    if (isHeddleError(error, "STORE_NETWORK_NOT_FOUND")) return undefined;
    throw error;
  }
}

/** Commits the first lot, unless the network has other chaincodes or has the lot already. */
async function firstLot(client: Client, { name }: NetworkDetail, signal: AbortSignal): Promise<Submitted | undefined> {
  const { chaincodes } = await client.listChaincodes({ params: { name } }, { signal });
  if (!chaincodes.some((chaincode) => chaincode.name === SCENARIO)) return undefined;
  const params = { name, chaincode: SCENARIO };
  const { text: found = "" } = await client.evaluateTransaction(
    { params, body: { function: "listLots", args: [FIRST_LOT[0], ""] } },
    { signal },
  );
  if (found.includes(`"id":"${FIRST_LOT[0]}"`)) return undefined;
  return client.submitTransaction({ params, body: { function: "createLot", args: [...FIRST_LOT] } });
}

function summary({ address }: Server, network: NetworkDetail, first: Submitted | undefined, took: number, login: PrintedLink): string {
  const { name } = network;
  const organizations = network.organizations.map((org) => org.name).join(", ");
  const proof = [`ready: network ${name} (${organizations}) in ${seconds(took)}`, ...proofLines(network.proof)];
  const about = facts([
    ["first lot", first === undefined ? undefined : `transaction ${first.transactionId} ${first.code} in block ${first.block}`],
    ["server", address.url],
    ["console", `${login.url}  (logs you in once, until ${login.expiresAt.slice(11, 16)} UTC)`],
  ]);
  const next = facts([
    [`heddle chaincode evaluate ${name} ${SCENARIO} readLot ${FIRST_LOT[0]}`, "read the first lot"],
    [`eval "$(heddle env ${name})"`, "then Fabric's own peer command works"],
    [`heddle network export ${name} -o my-app`, "connection profile and identity for an application"],
    [`heddle logs ${name} -f`, "logs of every node"],
    [`heddle network delete ${name}`, "remove it without a trace"],
  ]);
  return `\n${proof.map((line) => `${line}\n`).join("")}\n${about}\n${asCalled(next)}`;
}
