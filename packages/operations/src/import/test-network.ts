import { readConnectionProfile } from "./connection-profile.ts";
import type { ImportSource, KeyPair, SourceIdentity, SourceNode, SourceOrganization } from "./source.ts";
import { certificatesIn, unreadable } from "./values.ts";

const SOURCE = "folder of a test network";

/** A file of a folder, with the path from that folder. */
export interface SourceFile {
  readonly path: string;
  readonly content: string;
}

/** Where the test network of fabric-samples has its nodes answer, and their metrics. */
const KNOWN: Readonly<Record<string, { readonly port: number; readonly operations?: number }>> = {
  "orderer.example.com": { port: 7050, operations: 9443 },
  "orderer2.example.com": { port: 7052 },
  "orderer3.example.com": { port: 7056 },
  "orderer4.example.com": { port: 7058 },
  "peer0.org1.example.com": { port: 7051, operations: 9444 },
  "peer0.org2.example.com": { port: 9051, operations: 9445 },
  "peer0.org3.example.com": { port: 11_051 },
};

/**
 * Reads the `organizations` folder of fabric-samples' test network, in the layout that cryptogen and its scripts for
 * Fabric CA write alike. Throws OPERATION_IMPORT_UNREADABLE.
 */
export function readTestNetwork(files: readonly SourceFile[], addresses: Readonly<Record<string, string>> = {}): ImportSource {
  const tree = new Tree(files);
  const domains = [
    ...tree.folders("peerOrganizations").map((domain) => ({ kind: "peer" as const, domain, root: `peerOrganizations/${domain}` })),
    ...tree.folders("ordererOrganizations").map((domain) => ({ kind: "orderer" as const, domain, root: `ordererOrganizations/${domain}` })),
  ];
  if (!domains.some(({ kind }) => kind === "peer")) throw unreadable(SOURCE, "it has no folder peerOrganizations");
  const read = domains.map((one) => readOrganization(tree, one, addresses));
  return {
    organizations: read.map(({ organization }) => organization),
    nodes: read.flatMap(({ nodes }) => nodes),
    identities: read.flatMap(({ identities }) => identities),
  };
}

interface Place {
  readonly kind: "peer" | "orderer";
  readonly domain: string;
  readonly root: string;
}

interface ReadOrganization {
  readonly organization: SourceOrganization;
  readonly nodes: readonly SourceNode[];
  readonly identities: readonly SourceIdentity[];
}

function readOrganization(tree: Tree, place: Place, addresses: Readonly<Record<string, string>>): ReadOrganization {
  const { kind, domain, root } = place;
  const profile = profileOf(tree, place);
  // Nothing in an MSP folder says what the MSP is called; the profile does, and else the samples' habit.
  const mspId = profile?.organizations[0]?.mspId ?? mspIdOf(place);
  const tlsAuthorities = certificatesIn(
    [...tree.below(`${root}/msp/tlscacerts`), ...tree.below(`${root}/tlsca`)].map(({ content }) => content).join("\n"),
  );
  const names = tree.folders(`${root}/${kind}s`);
  return {
    organization: { mspId, domain, tlsAuthorities, ca: authority(tree, `${root}/ca`), tlsCa: authority(tree, `${root}/tlsca`) },
    nodes: names.flatMap((name) => nodeOf(name, { kind, mspId, tlsAuthorities, profile, address: addresses[name] })),
    identities: tree.folders(`${root}/users`).flatMap((user) => identityOf(tree, `${root}/users/${user}`, { user, mspId })),
  };
}

function profileOf(tree: Tree, { root }: Place): ImportSource | undefined {
  const found = tree.direct(root).find(({ path }) => /\/connection-[^/]+\.(json|yaml)$/.test(path));
  return found === undefined ? undefined : readConnectionProfile(found.content, []);
}

function mspIdOf({ kind, domain }: Place): string {
  if (kind === "orderer") return "OrdererMSP";
  const [first = ""] = domain.split(".");
  return `${first.charAt(0).toUpperCase()}${first.slice(1)}MSP`;
}

interface NodeFacts extends Pick<SourceNode, "kind" | "tlsAuthorities"> {
  readonly mspId: string;
  readonly profile: ImportSource | undefined;
  /** What a person said instead, `host:port`. */
  readonly address: string | undefined;
}

/** A node whose port nobody has told is left out: the channels tell of it. */
function nodeOf(name: string, { kind, mspId, tlsAuthorities, profile, address }: NodeFacts): SourceNode[] {
  const stated = profile?.nodes.find((node) => node.name === name);
  const known = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
  const port = stated?.port ?? known?.port ?? (address === undefined ? undefined : 0);
  if (port === undefined) return [];
  const operations = known?.operations === undefined ? {} : { operations: { url: `http://localhost:${known.operations}` } };
  return [{ kind, name, mspId, host: stated?.host ?? "localhost", port, tlsAuthorities, reach: { tlsName: name, ...operations } }];
}

/** An authority with its key, which cryptogen leaves and Fabric CA keeps elsewhere. */
function authority(tree: Tree, folder: string): KeyPair | undefined {
  const certificate = tree.below(folder).find(({ content }) => content.includes("BEGIN CERTIFICATE"));
  const key = tree.below(folder).find(({ content }) => content.includes("PRIVATE KEY"));
  return certificate === undefined || key === undefined ? undefined : { certificatePem: certificate.content, privateKeyPem: key.content };
}

function identityOf(tree: Tree, folder: string, { user, mspId }: { readonly user: string; readonly mspId: string }): SourceIdentity[] {
  const [certificate] = tree.below(`${folder}/msp/signcerts`);
  const [key] = tree.below(`${folder}/msp/keystore`);
  if (certificate === undefined || key === undefined) return [];
  const tlsCertificate = tree.file(`${folder}/tls/client.crt`);
  const tlsKey = tree.file(`${folder}/tls/client.key`);
  const tls =
    tlsCertificate === undefined || tlsKey === undefined ? {} : { tls: { certificatePem: tlsCertificate, privateKeyPem: tlsKey } };
  return [{ mspId, name: user.split("@")[0] ?? user, certificatePem: certificate.content, privateKeyPem: key.content, ...tls }];
}

/** Files by their paths; a folder `organizations` above them, and whatever is above that, is left away. */
class Tree {
  readonly #files: readonly SourceFile[];

  constructor(files: readonly SourceFile[]) {
    this.#files = files.map(({ path, content }) => ({
      path: path.replaceAll("\\", "/").replace(/^.*?((?:peer|orderer)Organizations\/)/, "$1"),
      content,
    }));
  }

  /** Names of the folders in a folder. */
  folders(folder: string): string[] {
    const below = this.#files.filter(({ path }) => path.startsWith(`${folder}/`)).map(({ path }) => path.slice(folder.length + 1));
    return [...new Set(below.filter((path) => path.includes("/")).map((path) => path.split("/")[0] ?? ""))].toSorted();
  }

  /** Files that lie in a folder itself. */
  direct(folder: string): SourceFile[] {
    return this.below(folder).filter(({ path }) => !path.slice(folder.length + 1).includes("/"));
  }

  below(folder: string): SourceFile[] {
    return this.#files.filter(({ path }) => path.startsWith(`${folder}/`));
  }

  file(path: string): string | undefined {
    return this.#files.find((one) => one.path === path)?.content;
  }
}
