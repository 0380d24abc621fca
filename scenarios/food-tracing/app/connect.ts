// Connects to a peer's gateway with what `heddle network export` wrote into a folder:
// connection.json (Fabric's connection profile), certificate.pem and private-key.pem.
import { createPrivateKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { Client, credentials } from "@grpc/grpc-js";
import { connect, hash, signers, type Gateway } from "@hyperledger/fabric-gateway";

/** The fields of a connection profile that a gateway client needs. */
interface ConnectionProfile {
  readonly client: { readonly organization: string };
  readonly organizations: Readonly<Record<string, { readonly mspid: string; readonly peers: readonly string[] }>>;
  readonly peers: Readonly<
    Record<
      string,
      {
        readonly url: string;
        readonly tlsCACerts: { readonly pem: string };
        readonly grpcOptions?: { readonly "ssl-target-name-override"?: string };
      }
    >
  >;
}

/** An open gateway. */
export interface Connection {
  readonly gateway: Gateway;
  readonly mspId: string;
  /** Closes the gateway and the client it runs on. */
  close(): void;
}

/** Opens a gateway through the first peer of the exported organisation. */
export async function openConnection(folder: string): Promise<Connection> {
  const profile = JSON.parse(await readFile(path.join(folder, "connection.json"), "utf8")) as ConnectionProfile;
  const organization = profile.organizations[profile.client.organization];
  const peerName = organization?.peers[0];
  const peer = peerName === undefined ? undefined : profile.peers[peerName];
  if (organization === undefined || peerName === undefined || peer === undefined) {
    throw new Error(`connection.json in ${folder} names no peer of ${profile.client.organization}`);
  }
  const certificate = await readFile(path.join(folder, "certificate.pem"));
  const privateKey = createPrivateKey(await readFile(path.join(folder, "private-key.pem")));

  const client = new Client(new URL(peer.url).host, credentials.createSsl(Buffer.from(peer.tlsCACerts.pem)), {
    // The certificate carries the node's own name, whatever address it is reached at.
    "grpc.ssl_target_name_override": peer.grpcOptions?.["ssl-target-name-override"] ?? peerName,
  });
  const gateway = connect({
    client,
    identity: { mspId: organization.mspid, credentials: certificate },
    signer: signers.newPrivateKeySigner(privateKey),
    hash: hash.sha256,
    evaluateOptions: () => ({ deadline: Date.now() + 5_000 }),
    endorseOptions: () => ({ deadline: Date.now() + 15_000 }),
    submitOptions: () => ({ deadline: Date.now() + 5_000 }),
    commitStatusOptions: () => ({ deadline: Date.now() + 60_000 }),
  });
  return {
    gateway,
    mspId: organization.mspid,
    close: () => {
      gateway.close();
      client.close();
    },
  };
}
