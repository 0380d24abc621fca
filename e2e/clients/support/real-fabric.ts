// Real Fabric's own programs in place of devnet, for one and the same test: the texts and codes that
// the tests expect are what these programs answer.
import path from "node:path";
import type { DevnetConfigInput } from "@heddle/devnet";
import { startNode } from "../../real-fabric/support/real-network.ts";

/** Starts the nodes of a devnet configuration as processes of real Fabric, each on the ports that it names. */
export async function startRealFabric(config: DevnetConfigInput): Promise<{ close(): Promise<void> }> {
  const started = await Promise.allSettled(
    config.nodes.map((node) => {
      const { name, mspId, kind, listen, operations } = node;
      const second = (node.kind === "peer" ? node.chaincode : node.admin).port;
      const ports = { grpc: listen.port, second, operations: operations.port };
      const address = { address: `${listen.host}:${listen.port}`, tlsRootPem: "" };
      return startNode({ name, mspId, kind, folder: path.dirname(node.msp), ports, address }, path.join(config.directory, "fabric"));
    }),
  );
  const running = started.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const close = async (): Promise<void> => void (await Promise.all(running.map(({ process }) => process.stop())));
  const failed = started.find((outcome) => outcome.status === "rejected");
  if (failed === undefined) return { close };
  await close();
  throw failed.reason;
}
