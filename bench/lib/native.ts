// The same network made by Heddle on Fabric's own nodes, through the API.
import path from "node:path";
import { presetNetwork, validateNetwork, type NetworkFile } from "@heddle/network";
import { CHAINCODE } from "./deploy.ts";
import { ROOT, timed, type BenchServer } from "./heddle.ts";
import type { LoadTarget, Measured } from "./load.ts";

/** How blocks are cut: at Fabric's defaults when left out. */
export interface NativeBatch {
  readonly timeout: string;
  readonly maxMessages: number;
}

/** The network of the scripts as a file: the consortium, the same chaincode. */
export function nativeFile(name: string, batch?: NativeBatch): NetworkFile {
  const { fabricVersion, organizations, channels } = presetNetwork("consortium", { name, chaincode: "" }).spec;
  return validateNetwork({
    apiVersion: "heddle.dev/v1",
    kind: "Network",
    metadata: { name },
    spec: {
      runtime: "native",
      fabricVersion,
      organizations,
      ordering: { type: "raft", ...(batch === undefined ? {} : { batch }) },
      channels: channels.map(({ name: channel, members, observers }) => ({ name: channel, members, observers })),
      chaincodes: [{ name: CHAINCODE, channel: channels[0]?.name ?? "", source: { path: path.join(ROOT, "bench/chaincode") } }],
    },
  });
}

/** A native network that answers. */
export interface NativeNetwork {
  readonly target: LoadTarget;
  readonly nodes: readonly Measured[];
  readonly chaincode: Measured;
  stop(): Promise<void>;
}

/** Creates a native network and finds its processes. */
export async function readyNative({ client }: BenchServer, name: string, batch: NativeBatch): Promise<NativeNetwork> {
  const spec = nativeFile(name, batch);
  await timed(client, () => client.createNetwork({ body: { spec } }));
  const { nodes } = await client.listNodes({ params: { name } });
  const { files } = await client.exportNetwork({ params: { name }, body: { organization: "Org1" } });
  const file = (one: string): string => files.find((found) => found.path === one)?.content ?? "";
  const gateway = nodes.find(({ kind, organization }) => kind === "peer" && organization === "Org1");
  const processes = nodes.map(({ kind, pid = 0 }) => ({ name: kind, pid }));
  const chaincode = processes.find((one) => one.name === "chaincode");
  if (gateway?.address === undefined || chaincode === undefined) throw new Error(`${name} has no peer or no chaincode`);
  return {
    target: {
      address: gateway.address,
      tlsRootPem: file("tls-root.pem"),
      mspId: gateway.mspId ?? "",
      certificatePem: file("certificate.pem"),
      privateKeyPem: file("private-key.pem"),
      channel: spec.spec.channels[0]?.name ?? "",
      chaincode: CHAINCODE,
    },
    nodes: processes.filter((one) => one !== chaincode),
    chaincode,
    stop: async () => void (await timed(client, () => client.deleteNetwork({ params: { name } }))),
  };
}
