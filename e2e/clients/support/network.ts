import path from "node:path";
import { createEnvelope } from "@heddle/fabric";
import { common } from "@heddle/fabric/wire";
import { bootDevnet, TestNetwork, type DeployOptions } from "../../../packages/devnet/test/support/network.ts";
import { until } from "./until.ts";
import { startRealFabric } from "./real-fabric.ts";

/** Folder of the chaincode that these tests deploy. */
export const fixture = path.resolve(import.meta.dirname, "../chaincode");

/** HEDDLE_CLIENTS_ON=fabric runs the same tests on real Fabric's programs, which is where their expected texts come from. */
export const onRealFabric = process.env["HEDDLE_CLIENTS_ON"] === "fabric";

/** What the title of a test ends in that is about devnet alone: nothing, or why it is skipped. */
export const devnetOnly = onRealFabric ? " (skipped: it is about devnet alone)" : "";

/** The name under which the fixture is deployed. */
export const CHAINCODE = "clients";
export const CHANNEL = "trade";

/** Starts two organisations with the fixture chaincode committed on both peers and ready for calls. */
export async function startNetwork(
  options: Parameters<typeof TestNetwork.start>[0] & { readonly deploy?: DeployOptions | false } = {},
): Promise<TestNetwork> {
  const { deploy = {}, ...rest } = options;
  const network = await TestNetwork.start({ boot: onRealFabric ? startRealFabric : bootDevnet, ...rest });
  try {
    if (onRealFabric) await leaderElected(network);
    if (deploy !== false) {
      await network.deploy(CHAINCODE, { folder: fixture, ...deploy });
      if (onRealFabric) await gossipSettled(network);
    }
  } catch (error) {
    await network.close();
    throw error;
  }
  return network;
}

/** A Raft orderer takes messages once it leads. The message that tells is one that peers flag as invalid. */
async function leaderElected(network: TestNetwork): Promise<void> {
  const { admin } = network.organization(1);
  await until("the orderer leads", async () => {
    const probe = { type: common.HeaderType.ENDORSER_TRANSACTION, channelId: CHANNEL, data: new Uint8Array() };
    await network.orderer().broadcast(await createEnvelope(probe, admin));
  });
}

/** Gateways of real peers plan with what gossip has told them. */
async function gossipSettled(network: TestNetwork): Promise<void> {
  for (const number of [1, 2] as const) {
    await until(`the gateway of organisation ${number} knows both peers`, async () => {
      const { user } = network.organization(number);
      const args = ["put", `ready-${number}`, "1"];
      const endorsingOrganizations = ["Org1MSP", "Org2MSP"];
      await network.gateway(number).submit({ channelId: CHANNEL, chaincode: CHAINCODE, args, endorsingOrganizations }, user);
    });
  }
}
