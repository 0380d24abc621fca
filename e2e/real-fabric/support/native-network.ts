import { createPrivateKey } from "node:crypto";
import { Client as GrpcClient, credentials } from "@grpc/grpc-js";
import { connect, hash, signers, type Contract, type Gateway } from "@hyperledger/fabric-gateway";
import type { Client } from "@heddle/api";
import { createLocalSigningIdentity, PeerClient, type LocalSigningIdentity } from "@heddle/fabric";
import { validateNetwork, type NetworkFile, type NetworkFileInput } from "@heddle/network";
import { networkFile } from "../../durability/support/heddle.ts";

/** How a native network differs from the preset `solo` with the tiny contract. */
export interface NativeShape {
  readonly type: "raft" | "bft";
  readonly orderers: number;
  readonly peers?: number;
}

/** One organisation on Fabric's own nodes, whose blocks are cut after 200 ms. */
export function nativeSolo(name: string, { type, orderers, peers = 1 }: NativeShape): NetworkFile {
  const { metadata, apiVersion, kind, spec } = networkFile(name, "solo");
  const organizations: NetworkFileInput["spec"]["organizations"] = spec.organizations.map((organization) => ({
    ...organization,
    peers: Array.from({ length: peers }, (_, index) => ({ name: `peer${index}` })),
  }));
  return validateNetwork({
    apiVersion,
    kind,
    metadata,
    spec: {
      runtime: "native",
      organizations,
      ordering: {
        type,
        consenters: Array.from({ length: orderers }, (_, index) => ({ name: `orderer${index}` })),
        batch: { timeout: "200ms" },
      },
      channels: spec.channels.map(({ name: channel, members, observers }) => ({ name: channel, members, observers })),
      chaincodes: spec.chaincodes,
    },
  });
}

/** A network's first organisation as applications and tools meet it: without Heddle's server. */
export interface Outside extends Disposable {
  readonly contract: Contract;
  /** Its peers, in order, for an administrator. */
  readonly peers: readonly PeerClient[];
  readonly identity: LocalSigningIdentity;
}

/** Connects the official gateway client, whose calls end after 15 s. */
export async function outsideOf(client: Client, network: string): Promise<Outside> {
  const { files } = await client.exportNetwork({ params: { name: network }, body: { organization: "Org1", user: "Admin" } });
  const file = (name: string): string => files.find(({ path }) => path === name)?.content ?? "";
  const nodes = (await client.listNodes({ params: { name: network } })).nodes.filter(({ kind }) => kind === "peer");
  const tlsRootPem = file("tls-root.pem");
  const peers = nodes.map(({ address = "", name }) => new PeerClient({ address, hostname: name, tlsRootPem }));
  const [first] = nodes;
  const grpc = new GrpcClient(first?.address ?? "", credentials.createSsl(Buffer.from(tlsRootPem)), {
    "grpc.ssl_target_name_override": first?.name ?? "",
  });
  const deadline = () => ({ deadline: Date.now() + 15_000 });
  const gateway: Gateway = connect({
    client: grpc,
    identity: { mspId: first?.mspId ?? "", credentials: Buffer.from(file("certificate.pem")) },
    signer: signers.newPrivateKeySigner(createPrivateKey(file("private-key.pem"))),
    hash: hash.sha256,
    endorseOptions: deadline,
    submitOptions: deadline,
    commitStatusOptions: deadline,
  });
  return {
    contract: gateway.getNetwork("main").getContract("tiny"),
    peers,
    identity: createLocalSigningIdentity(first?.mspId ?? "", file("certificate.pem"), file("private-key.pem")),
    [Symbol.dispose]() {
      gateway.close();
      grpc.close();
      for (const peer of peers) peer.close();
    },
  };
}
