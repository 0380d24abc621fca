import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { buildMspConfig, createLocalSigningIdentity, Msp, MspManager, type LocalSigningIdentity } from "@heddle/fabric";
import type { NodeTls } from "../front/listener.ts";

/** Who a node is: its signing identity and its organisation's rules. */
export interface NodeMaterial {
  readonly identity: LocalSigningIdentity;
  readonly localMsp: MspManager;
}

function readFolder(folder: string, name: string): string[] {
  const full = path.join(folder, name);
  if (!existsSync(full)) return [];
  return readdirSync(full)
    .toSorted()
    .map((file) => readFileSync(path.join(full, file), "utf8"));
}

function only(folder: string, name: string): string {
  const [content] = readFolder(folder, name);
  if (content === undefined) throw new Error(`${path.join(folder, name)} is empty`);
  return content;
}

/** Reads an MSP folder in cryptogen's layout (Fabric: msp/configbuilder.go). */
export function readMspFolder(mspId: string, folder: string): NodeMaterial {
  const config = buildMspConfig({
    mspId,
    rootCerts: readFolder(folder, "cacerts"),
    intermediateCerts: readFolder(folder, "intermediatecerts"),
    tlsRootCerts: readFolder(folder, "tlscacerts"),
    admins: readFolder(folder, "admincerts"),
    revocationLists: readFolder(folder, "crls"),
    nodeOus: existsSync(path.join(folder, "config.yaml")),
  });
  return {
    identity: createLocalSigningIdentity(mspId, only(folder, "signcerts"), only(folder, "keystore")),
    localMsp: new MspManager([Msp.fromConfig(config)]),
  };
}

/** Reads a node's TLS files. */
export function readTls(files: { cert: string; key: string; ca: string }): NodeTls {
  return {
    certificate: readFileSync(files.cert, "utf8"),
    privateKey: readFileSync(files.key, "utf8"),
    roots: [readFileSync(files.ca, "utf8")],
  };
}
