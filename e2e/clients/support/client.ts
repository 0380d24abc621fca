// The official client, unmodified, on a test network's peers.
import { createPrivateKey } from "node:crypto";
import { Client, credentials } from "@grpc/grpc-js";
import {
  connect,
  hash,
  signers,
  type ConnectOptions,
  type Contract,
  type Gateway,
  type Identity,
  type Network,
} from "@hyperledger/fabric-gateway";
import { gateway, msp } from "@hyperledger/fabric-protos";
import type { TestNetwork } from "../../../packages/devnet/test/support/network.ts";
import { CHAINCODE, CHANNEL } from "./network.ts";

/** A certificate and its key, both PEM, and the organisation they speak for. */
export interface ClientIdentity {
  readonly mspId: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** An open gateway with what tests mostly want of it. */
export interface Connection extends Disposable {
  readonly client: Client;
  readonly gateway: Gateway;
  readonly network: Network;
  readonly contract: Contract;
  close(): void;
}

/** The identity of an organisation's application user. */
export function userOf(network: TestNetwork, organization: 1 | 2): ClientIdentity {
  return memberOf(network, organization, 1);
}

/** The identity of an organisation's administrator. */
export function adminOf(network: TestNetwork, organization: 1 | 2): ClientIdentity {
  return memberOf(network, organization, 0);
}

function memberOf(network: TestNetwork, organization: 1 | 2, index: number): ClientIdentity {
  const { material } = network.organization(organization);
  const member = material.users[index];
  if (member === undefined) throw new Error(`${material.name} has no such user`);
  return { mspId: material.mspId, ...member.signing };
}

/** A gRPC connection to an organisation's peer. */
export function dial(network: TestNetwork, organization: 1 | 2): Client {
  const { address, name, tlsRootPem } = network.organization(organization).peer;
  return new Client(address, credentials.createSsl(Buffer.from(tlsRootPem)), {
    "grpc.ssl_target_name_override": name,
    "grpc.max_receive_message_length": 100 * 1024 * 1024,
  });
}

/** What the official client is told of an identity. */
export function asIdentity({ mspId, certificatePem }: ClientIdentity): Identity {
  return { mspId, credentials: Buffer.from(certificatePem) };
}

/** Bytes for `gateway.newCommit`: the question for the status of any transaction. */
export function statusRequest({ mspId, certificatePem }: ClientIdentity, transactionId: string, channelId = CHANNEL): Uint8Array {
  const identity = new msp.SerializedIdentity();
  identity.setMspid(mspId);
  identity.setIdBytes(Buffer.from(certificatePem));
  const request = new gateway.CommitStatusRequest();
  request.setChannelId(channelId);
  request.setTransactionId(transactionId);
  request.setIdentity(identity.serializeBinary());
  const signed = new gateway.SignedCommitStatusRequest();
  signed.setRequest(request.serializeBinary());
  return signed.serializeBinary();
}

/** Connects to the gateway of an organisation's peer. */
export function open(
  network: TestNetwork,
  organization: 1 | 2 = 1,
  options: Partial<ConnectOptions> & { readonly as?: ClientIdentity } = {},
): Connection {
  const { as = userOf(network, organization), ...rest } = options;
  const client = dial(network, organization);
  const opened = connect({
    client,
    identity: asIdentity(as),
    signer: signers.newPrivateKeySigner(createPrivateKey(as.privateKeyPem)),
    hash: hash.sha256,
    ...rest,
  });
  const channel = opened.getNetwork(CHANNEL);
  const close = (): void => {
    opened.close();
    client.close();
  };
  return { client, gateway: opened, network: channel, contract: channel.getContract(CHAINCODE), close, [Symbol.dispose]: close };
}

/** Result bytes as text. */
export const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");
