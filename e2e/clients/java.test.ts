import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestNetwork } from "../../packages/devnet/test/support/network.ts";
import { userOf } from "./support/client.ts";
import { whyNoJava } from "./support/java.ts";
import { CHAINCODE, CHANNEL, startNetwork } from "./support/network.ts";
import { namesPeer } from "./support/refusal.ts";

const folder = path.join(import.meta.dirname, "java");
const source = "src/main/java/heddle/ClientCheck.java";

/** Builds the program once for each state of its source, beside other temporary files; the class path. */
function build(): string {
  const hash = createHash("sha256");
  for (const file of ["pom.xml", source]) hash.update(readFileSync(path.join(folder, file)));
  const output = path.join(tmpdir(), `heddle-java-client-${hash.digest("hex").slice(0, 16)}`);
  if (!existsSync(output)) {
    const part = mkdtempSync(`${output}-`);
    const goals = ["compile", "dependency:copy-dependencies", "-DincludeScope=runtime"];
    const maven = spawnSync("mvn", ["-B", "-q", `-Doutput=${part}`, ...goals], { cwd: folder, encoding: "utf8", timeout: 240_000 });
    if (maven.status !== 0) {
      rmSync(part, { recursive: true });
      throw new Error(`Maven failed: ${maven.stdout}${maven.stderr}`);
    }
    try {
      renameSync(part, output);
    } catch {
      // Another run has built the same meanwhile.
      rmSync(part, { recursive: true });
    }
  }
  return [path.join(output, "classes"), path.join(output, "dependency", "*")].join(path.delimiter);
}

const reason = whyNoJava();

describe.skipIf(reason !== undefined)(`the official Java client${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  let network: TestNetwork;
  let files: string;
  let classPath: string;

  beforeAll(async () => {
    classPath = build();
    network = await startNetwork();
    files = mkdtempSync(path.join(tmpdir(), "heddle-java-"));
    const { certificatePem, privateKeyPem } = userOf(network, 1);
    writeFileSync(path.join(files, "root.pem"), network.organization(1).peer.tlsRootPem);
    writeFileSync(path.join(files, "cert.pem"), certificatePem);
    writeFileSync(path.join(files, "key.pem"), privateKeyPem, { mode: 0o600 });
  }, 300_000);
  afterAll(async () => {
    rmSync(files, { recursive: true });
    await network.close();
  });

  it("submits, evaluates, reads events, signs off-line and is told of errors as the Node.js client is", async () => {
    const { peer, material } = network.organization(1);
    const args = [peer.address, peer.name, files, material.mspId, CHANNEL, CHAINCODE];
    // The network is in this process, which has to go on meanwhile. What the program throws is in the error.
    const { stdout } = await promisify(execFile)("java", ["-cp", classPath, "heddle.ClientCheck", ...args], {
      timeout: 60_000,
      // What it reads and prints is UTF-8, whatever language this machine speaks.
      env: { ...process.env, LC_ALL: "C.UTF-8" },
    });
    expect(JSON.parse(stdout)).toEqual({
      submitted: "größe",
      evaluated: "größe",
      asynchronous: "1",
      status: "VALID",
      sameTransaction: true,
      events: ["JavaEvent 1", "JavaEvent 2"],
      firstBlock: 0,
      refused: { code: "ABORTED", details: [namesPeer(network, 1, "chaincode response 500, no such lot")] },
      invalid: "ENDORSEMENT_POLICY_FAILURE",
      signedOffLine: expect.stringMatching(/^Org1MSP x509::.*CN=app/) as string,
    });
  });
});
