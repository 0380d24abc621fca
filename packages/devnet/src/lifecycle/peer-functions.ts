import { create, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { lifecycle } from "@heddle/fabric/wire";
import type { InstalledPackage } from "../chaincode/package-store.ts";
import { listDefinitions } from "../definitions/definitions.ts";
import type { PeerContext } from "../node/types.ts";
import { localPackage } from "./local-package.ts";
import { decodeArgs } from "./errors.ts";

type PeerFunction = (peer: PeerContext, argument: Uint8Array) => Uint8Array | Promise<Uint8Array>;
type References = Record<string, { chaincodes: Array<{ name: string; version: string }> }>;

const GZIP_HEADER_BYTES = 10;

/** What is wrong with bytes that are no gzip, in the words of Go's library; undefined for what begins as one. */
function gzipFault(bytes: Uint8Array): string | undefined {
  if (bytes.length < GZIP_HEADER_BYTES) return bytes.length === 0 ? "EOF" : "unexpected EOF";
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8 ? undefined : "gzip: invalid header";
}

async function install(peer: PeerContext, argument: Uint8Array): Promise<Uint8Array> {
  const { chaincodeInstallPackage } = decodeArgs("InstallChaincode", lifecycle.InstallChaincodeArgsSchema, argument);
  const fault = gzipFault(chaincodeInstallPackage);
  if (fault !== undefined) throw new Error(`could not parse as a chaincode install package: error reading as gzip stream: ${fault}`);
  const { installed, already } = await peer.packages.install(chaincodeInstallPackage).catch((error: unknown) => {
    throw new Error(`could not parse as a chaincode install package: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  });
  if (already) throw new Error(`chaincode already successfully installed (package ID '${installed.packageId}')`);
  const schema = lifecycle.InstallChaincodeResultSchema;
  return toBinary(schema, create(schema, { packageId: installed.packageId, label: installed.label }));
}

/** The definitions, by channel, that run a package on this peer. */
function references(peer: PeerContext, packageId: string): References {
  const found: References = {};
  for (const [channelId, ledger] of peer.channels) {
    withView(ledger.view(), (view) => {
      const chaincodes = listDefinitions(view).filter(
        ({ name, definition }) => localPackage(view, peer.mspId, name, definition) === packageId,
      );
      if (chaincodes.length > 0)
        found[channelId] = { chaincodes: chaincodes.map(({ name, definition }) => ({ name, version: definition.version })) };
    });
  }
  return found;
}

function withView<Resource extends { close(): void }>(resource: Resource, work: (resource: Resource) => void): void {
  try {
    work(resource);
  } finally {
    resource.close();
  }
}

function describe(peer: PeerContext, installed: InstalledPackage): MessageInitShape<typeof lifecycle.QueryInstalledChaincodeResultSchema> {
  return { packageId: installed.packageId, label: installed.label, references: references(peer, installed.packageId) };
}

function requirePackage(peer: PeerContext, packageId: string, missing: string): InstalledPackage {
  const installed = peer.packages.get(packageId);
  if (installed === undefined) throw new Error(missing);
  return installed;
}

/** Functions that belong to no channel, by name. */
export const peerFunctions: Readonly<Record<string, PeerFunction>> = {
  InstallChaincode: install,
  QueryInstalledChaincode(peer, argument) {
    const { packageId } = decodeArgs("QueryInstalledChaincode", lifecycle.QueryInstalledChaincodeArgsSchema, argument);
    const schema = lifecycle.QueryInstalledChaincodeResultSchema;
    return toBinary(
      schema,
      create(schema, describe(peer, requirePackage(peer, packageId, `could not find chaincode with package id '${packageId}'`))),
    );
  },
  QueryInstalledChaincodes(peer) {
    const schema = lifecycle.QueryInstalledChaincodesResultSchema;
    const installedChaincodes = peer.packages
      .list()
      .map((installed) => ({ packageId: installed.packageId, label: installed.label, references: references(peer, installed.packageId) }));
    return toBinary(schema, create(schema, { installedChaincodes }));
  },
  GetInstalledChaincodePackage(peer, argument) {
    const { packageId } = decodeArgs("GetInstalledChaincodePackage", lifecycle.GetInstalledChaincodePackageArgsSchema, argument);
    const schema = lifecycle.GetInstalledChaincodePackageResultSchema;
    const missing = `could not load cc install package: chaincode install package '${packageId}' not found`;
    return toBinary(schema, create(schema, { chaincodeInstallPackage: requirePackage(peer, packageId, missing).bytes }));
  },
};
