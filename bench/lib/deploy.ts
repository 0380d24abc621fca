// From started nodes to a committed chaincode definition, by the same clients on
// devnet and on real Fabric: join, install, approve, commit.
import path from "node:path";
import { createRequire } from "node:module";
import {
  createProposal,
  createTransactionPayload,
  GatewayClient,
  OrdererClient,
  packageChaincodeService,
  packageId,
  ParticipationClient,
  PeerClient,
  signPayload,
  signProposal,
  type ChaincodeDefinitionSpec,
  type Endorsed,
  type NodeAddress,
} from "@heddle/fabric";
import { isHeddleError } from "@heddle/network";
import { CHANNEL, type BenchNetwork, type BenchOrganization } from "./material.ts";
import { freePorts, listens, startProgram, until, type Program } from "./processes.ts";

export const CHAINCODE = "put";
const FOLDER = path.resolve(import.meta.dirname, "../chaincode");

interface Member {
  readonly organization: BenchOrganization;
  readonly client: PeerClient;
}

async function joinAll(network: BenchNetwork, members: readonly Member[]): Promise<void> {
  const { orderer, ordererMaterial, genesis } = network;
  const [admin] = ordererMaterial.users;
  if (admin === undefined) throw new Error("the orderer has no administrator");
  const participation = new ParticipationClient({
    address: `127.0.0.1:${orderer.second}`,
    tlsRootPem: ordererMaterial.tlsCa.certificatePem,
    clientTls: admin.tls,
  });
  await participation.join(genesis);
  // One after the other: peers of real Fabric that join at the same moment disturb each other's first connection, and wait for 6 s.
  for (const { client, organization } of members) await client.joinChannel(genesis, organization.admin);
}

/** Starts the chaincode as a service and waits until it listens. */
async function startChaincode(network: BenchNetwork, id: string, port: number): Promise<Program> {
  const shim = path.join(path.dirname(createRequire(import.meta.url).resolve("fabric-shim/package.json")), "cli.js");
  const logFile = path.join(network.directory, "chaincode.log");
  const program = startProgram({
    name: "chaincode",
    command: process.execPath,
    args: [shim, "server", `--chaincode-address=127.0.0.1:${port}`, `--chaincode-id=${id}`],
    cwd: FOLDER,
    logFile,
  });
  await until("the chaincode listens", () => listens(port), 30, logFile);
  return program;
}

/** Joins every node to the channel and deploys the chaincode; the chaincode's process. */
export async function deploy(network: BenchNetwork): Promise<Program> {
  const members = network.organizations.map((organization): Member => {
    const { peer, material } = organization;
    return { organization, client: new PeerClient({ address: `127.0.0.1:${peer.grpc}`, tlsRootPem: material.tlsCa.certificatePem }) };
  });
  const orderer = new OrdererClient({
    address: `127.0.0.1:${network.orderer.grpc}`,
    tlsRootPem: network.ordererMaterial.tlsCa.certificatePem,
  });
  try {
    const [port = 0] = await freePorts(1);
    const label = `${CHAINCODE}_1.0`;
    const bytes = await packageChaincodeService(label, { address: `127.0.0.1:${port}`, dial_timeout: "10s", tls_required: false });
    const id = packageId(label, bytes);
    // Its start goes on beside the joining.
    const service = startChaincode(network, id, port);
    service.catch(() => undefined);
    await joinAll(network, members);
    const spec: ChaincodeDefinitionSpec = { name: CHAINCODE, version: "1.0", sequence: 1 };
    await Promise.all(
      members.map(async ({ organization, client }) => {
        await client.installChaincode(bytes, organization.admin);
        const approval = await client.endorseApproval(CHANNEL, spec, id, organization.admin);
        await commit(orderer, members, organization, [approval]);
      }),
    );
    await commitDefinition(orderer, members, spec);
    return await service;
  } finally {
    orderer.close();
    for (const { client } of members) client.close();
  }
}

/** Submits one transaction through the first organisation's gateway, and waits until every peer has committed it. */
export async function submitOnce(network: BenchNetwork): Promise<void> {
  const [organization] = network.organizations;
  if (organization === undefined) throw new Error("the network has no organisation");
  const addressOf = ({ peer, material }: BenchOrganization): NodeAddress => ({
    address: `127.0.0.1:${peer.grpc}`,
    tlsRootPem: material.tlsCa.certificatePem,
    hostname: peer.name,
  });
  const gateway = new GatewayClient(addressOf(organization));
  const peers = network.organizations.map((one) => ({ admin: one.admin, client: new PeerClient(addressOf(one)) }));
  try {
    let txId = "";
    await until(
      "the gateway knows who endorses",
      async () => {
        try {
          const request = { channelId: CHANNEL, chaincode: CHAINCODE, args: ["put", "key", "value"] };
          ({ txId } = await gateway.submit(request, organization.admin));
          return true;
        } catch (error) {
          if (isHeddleError(error, "FABRIC_REFUSED")) return false;
          throw error;
        }
      },
      30,
    );
    const signal = AbortSignal.timeout(20_000);
    await Promise.all(peers.map(({ client, admin }) => client.waitForTransaction(CHANNEL, txId, admin, { from: 0, signal })));
  } finally {
    gateway.close();
    for (const { client } of peers) client.close();
  }
}

async function commitDefinition(orderer: OrdererClient, members: readonly Member[], spec: ChaincodeDefinitionSpec): Promise<void> {
  const [submitter] = members;
  if (submitter === undefined) throw new Error("the network has no organisation");
  const { admin } = submitter.organization;
  const proposal = createProposal(PeerClient.commitProposal(CHANNEL, spec), admin.serialized);
  const signed = await signProposal(proposal, admin);
  const endorsed = await Promise.all(
    members.map(async ({ client }): Promise<Endorsed> => {
      const response = await client.processProposal(signed);
      if (response.response?.status !== 200) throw new Error(`the definition was not endorsed: ${response.response?.message ?? ""}`);
      return { txId: proposal.txId, proposalBytes: proposal.bytes, response };
    }),
  );
  await commit(orderer, members, submitter.organization, endorsed);
}

/** Orders what was endorsed and waits until every peer has it. A new orderer may still have no leader, so it is asked again. */
async function commit(
  orderer: OrdererClient,
  members: readonly Member[],
  { admin }: BenchOrganization,
  endorsed: readonly Endorsed[],
): Promise<void> {
  const [transaction] = endorsed;
  if (transaction === undefined) throw new Error("nothing was endorsed");
  const { txId, proposalBytes } = transaction;
  const payload = createTransactionPayload(
    proposalBytes,
    endorsed.map(({ response }) => response),
  );
  const envelope = await signPayload(payload, admin);
  let refused: unknown;
  await until(
    "the orderer takes a transaction",
    async () => {
      try {
        await orderer.broadcast(envelope);
        return true;
      } catch (error) {
        refused = error;
        return false;
      }
    },
    20,
  ).catch((error: unknown) => {
    throw new Error(error instanceof Error ? error.message : "refused", { cause: refused });
  });
  for (const { client, organization } of members) {
    const signal = AbortSignal.timeout(20_000);
    const { code } = await client.waitForTransaction(CHANNEL, txId, organization.admin, { from: 0, signal });
    if (code !== 0) throw new Error(`${txId} was committed with code ${code}`);
  }
}
