import { DESCRIBE, exportCommand, source, type Snippet, type SnippetTarget } from "./target.ts";

/** A Node.js program that connects with the exported files and the official client, and shows what the contract offers. */
export function nodeProgram(target: SnippetTarget): string {
  return `import { createPrivateKey } from "node:crypto";
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
  // To write: await contract.submitTransaction("FUNCTION", "ARGUMENT", …)
  const metadata = await contract.evaluateTransaction(${JSON.stringify(DESCRIBE)});
  console.log(Buffer.from(metadata).toString());
} finally {
  gateway.close();
  client.close();
}
`;
}

/** The official client for Node.js. */
export function nodeSnippet(target: SnippetTarget): Snippet {
  return {
    language: "nodejs",
    title: "Node.js",
    setup: [exportCommand(target), "npm install @hyperledger/fabric-gateway @grpc/grpc-js"],
    files: [source("app.mjs", nodeProgram(target))],
    run: "node app.mjs",
  };
}
