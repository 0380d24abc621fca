/** What a sample connects to. */
export interface SampleTarget {
  readonly mspId: string;
  readonly address: string;
  readonly hostname: string;
  readonly channel: string;
  readonly chaincode: string;
}

/** A Node.js program that connects with the exported files and the official client, and shows what the contract offers. */
export function codeSample(target: SampleTarget): string {
  return `// npm install @hyperledger/fabric-gateway @grpc/grpc-js && node app.mjs
import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import * as grpc from "@grpc/grpc-js";
import { connect, hash, signers } from "@hyperledger/fabric-gateway";

const read = (name) => readFileSync(new URL(name, import.meta.url));

const client = new grpc.Client(${JSON.stringify(target.address)}, grpc.credentials.createSsl(read("tls-root.pem")), {
  "grpc.ssl_target_name_override": ${JSON.stringify(target.hostname)},
});
const gateway = connect({
  client,
  identity: { mspId: ${JSON.stringify(target.mspId)}, credentials: read("certificate.pem") },
  signer: signers.newPrivateKeySigner(createPrivateKey(read("private-key.pem"))),
  hash: hash.sha256,
});
try {
  const contract = gateway.getNetwork(${JSON.stringify(target.channel)}).getContract(${JSON.stringify(target.chaincode)});
  const metadata = await contract.evaluateTransaction("org.hyperledger.fabric:GetMetadata");
  console.log(Buffer.from(metadata).toString());
} finally {
  gateway.close();
  client.close();
}
`;
}
