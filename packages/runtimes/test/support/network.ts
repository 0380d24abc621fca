import { createHash } from "node:crypto";
import path from "node:path";
import { createOrganizationMaterial, mspFiles, tlsFiles, type OrganizationMaterial } from "@heddle/fabric";
import { nodesOf, presetNetwork, type NodeSpec } from "@heddle/network";
import {
  nodeFolder,
  type ChaincodeService,
  type DeliveredFile,
  type NetworkPlace,
  type Runtime,
  type RuntimeNetwork,
} from "../../src/index.ts";

/** Folders of chaincode that tests run. */
export const fixtures = path.resolve(import.meta.dirname, "../fixtures");

const nodes: readonly NodeSpec[] = nodesOf(presetNetwork("solo", { name: "solo", chaincode: "" }));

/** The smallest network: one orderer, one peer. */
export function smallNetwork(name: string, owner = "test"): RuntimeNetwork {
  return { name, owner, storage: "kept", fabricVersion: "3.1", cut: "instant", nodes };
}

/** A second peer for the small network. */
export const secondPeer: NodeSpec = { ...peerOf(nodes), name: "peer1.org1.example.com" };

function peerOf(all: readonly NodeSpec[]): NodeSpec {
  const peer = all.find(({ kind }) => kind === "peer");
  if (peer === undefined) throw new Error("the smallest network has a peer");
  return peer;
}

/** The small network with its second peer. */
export function widerNetwork(name: string): RuntimeNetwork {
  return { ...smallNetwork(name), nodes: [...nodes, secondPeer] };
}

let made: Promise<readonly OrganizationMaterial[]> | undefined;

async function makeMaterials(): Promise<OrganizationMaterial[]> {
  return Promise.all(
    nodes.map((node) =>
      createOrganizationMaterial({
        name: node.organization,
        mspId: node.mspId,
        domain: node.domain,
        nodes: [node, ...(node.kind === "peer" ? [secondPeer] : [])].map(({ name, kind }) => ({ name, kind, hosts: ["127.0.0.1"] })),
        users: [],
      }),
    ),
  );
}

/** Other identities than {@link nodeFiles} has, for the second peer. */
export async function renewedFiles(): Promise<DeliveredFile[]> {
  return filesOf([secondPeer], await makeMaterials());
}

/** What the nodes need on disk, made once for all tests of a file. */
export async function nodeFiles(): Promise<DeliveredFile[]> {
  return filesOf(nodes, await (made ??= makeMaterials()));
}

/** The same for the second peer. */
export async function secondPeerFiles(): Promise<DeliveredFile[]> {
  return filesOf([secondPeer], await (made ??= makeMaterials()));
}

function filesOf(wanted: readonly NodeSpec[], materials: readonly OrganizationMaterial[]): DeliveredFile[] {
  return wanted.flatMap((node) => {
    const organization = materials.find(({ name }) => name === node.organization);
    const member = organization?.nodes.find(({ name }) => name === node.name);
    if (organization === undefined || member === undefined) throw new Error("no identity");
    return [...mspFiles(organization, member, nodeFolder(node), "msp"), ...tlsFiles(organization, member, nodeFolder(node), "tls")];
  });
}

/** The root that vouches for a node's TLS certificate. */
export async function tlsRootOf(organization: string): Promise<string> {
  const found = (await (made ??= makeMaterials())).find(({ name }) => name === organization);
  if (found === undefined) throw new Error(`no organisation ${organization}`);
  return found.tlsCa.certificatePem;
}

/** Prepares and starts a small network. */
export async function startNetwork(runtime: Runtime, name: string, owner?: string): Promise<NetworkPlace> {
  const place = await runtime.prepare(smallNetwork(name, owner));
  await runtime.deliver(place, await nodeFiles());
  await runtime.start(place);
  return place;
}

/** A service of a fixture, with its address reserved. */
export async function serviceOf(runtime: Runtime, place: NetworkPlace, label: string, fixture = "tiny"): Promise<ChaincodeService> {
  const address = await runtime.reserveChaincode(place, label);
  const packageId = `${label}:${createHash("sha256").update(address).digest("hex")}`;
  return { label, packageId, address, folder: path.join(fixtures, fixture) };
}
