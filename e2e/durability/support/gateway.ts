import { createPrivateKey } from "node:crypto";
import { Client, credentials } from "@grpc/grpc-js";
import { connect, hash, signers, type Gateway } from "@hyperledger/fabric-gateway";
import type { Heddle } from "./heddle.ts";

/** The official gateway client on a peer of the first organisation, its first where none is named, as that organisation's first user. */
export async function openGateway(heddle: Heddle, network: string, peerName?: string): Promise<{ gateway: Gateway; close: () => void }> {
  const { files } = await heddle.client.exportNetwork({ params: { name: network }, body: { organization: "Org1" } });
  const file = (name: string): string => files.find(({ path }) => path === name)?.content ?? "";
  const { nodes } = await heddle.client.listNodes({ params: { name: network } });
  const peer = nodes.find(({ kind, name, organization }) => kind === "peer" && organization === "Org1" && name === (peerName ?? name));
  const client = new Client(peer?.address ?? "", credentials.createSsl(Buffer.from(file("tls-root.pem"))), {
    "grpc.ssl_target_name_override": peer?.name ?? "",
    // As an application on one machine would: no long patience with a peer that is started again.
    "grpc.max_reconnect_backoff_ms": 500,
  });
  const gateway = connect({
    client,
    identity: { mspId: "Org1MSP", credentials: Buffer.from(file("certificate.pem")) },
    signer: signers.newPrivateKeySigner(createPrivateKey(file("private-key.pem"))),
    hash: hash.sha256,
    evaluateOptions: () => ({ deadline: Date.now() + 5_000 }),
    endorseOptions: () => ({ deadline: Date.now() + 5_000 }),
    submitOptions: () => ({ deadline: Date.now() + 5_000 }),
    commitStatusOptions: () => ({ deadline: Date.now() + 5_000 }),
  });
  return { gateway, close: () => (gateway.close(), client.close()) };
}
