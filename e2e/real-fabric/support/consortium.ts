import { mkdirSync } from "node:fs";
import path from "node:path";
import {
  createLocalSigningIdentity,
  createOrganizationMaterial,
  organizationTree,
  writeTree,
  type LocalSigningIdentity,
  type MemberMaterial,
  type NodeAddress,
  type OrganizationMaterial,
} from "@heddle/fabric";
import { freePort } from "../../../packages/devnet/test/support/chaincode.ts";

/** A node of an organisation: its identity, its folder in cryptogen's layout, its loopback ports. */
export interface ConsortiumNode {
  readonly kind: "peer" | "orderer";
  readonly name: string;
  readonly mspId: string;
  readonly member: MemberMaterial;
  /** Holds `msp` and `tls`. */
  readonly folder: string;
  readonly address: NodeAddress;
  readonly ports: { readonly grpc: number; readonly second: number; readonly operations: number };
}

/** An organisation and its nodes. */
export interface ConsortiumOrganization {
  readonly material: OrganizationMaterial;
  readonly mspId: string;
  /** Folder of the whole organisation. */
  readonly folder: string;
  readonly nodes: readonly ConsortiumNode[];
  readonly admin: LocalSigningIdentity;
}

/** Two organisations with peers and one with orderers: identities on disk and ports, nothing running. */
export interface Consortium {
  readonly folder: string;
  readonly channelId: string;
  readonly orderer: ConsortiumOrganization;
  readonly organizations: readonly [ConsortiumOrganization, ConsortiumOrganization];
}

/** How many nodes there are. */
export interface ConsortiumOptions {
  readonly channelId?: string;
  readonly orderers?: number;
  /** Peers of each organisation. */
  readonly peers?: number;
}

/** The only member of a list, or the first. */
export function first<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined) throw new Error("the list is empty");
  return item;
}

/** An identity that signs as a member of an organisation, node or user. */
export function signerOf({ mspId }: { readonly mspId: string }, { signing }: MemberMaterial): LocalSigningIdentity {
  return createLocalSigningIdentity(mspId, signing.certificatePem, signing.privateKeyPem);
}

/** A user by the part of the name before `@`. */
export function userOf(organization: ConsortiumOrganization, name = "app"): LocalSigningIdentity {
  const user = organization.material.users.find((one) => one.name.startsWith(`${name}@`));
  if (user === undefined) throw new Error(`${organization.mspId} has no user ${name}`);
  return signerOf(organization, user);
}

interface OrganizationPlan {
  readonly kind: "peer" | "orderer";
  readonly name: string;
  readonly domain: string;
  readonly nodes: readonly string[];
}

async function createOrganization(folder: string, plan: OrganizationPlan): Promise<ConsortiumOrganization> {
  const mspId = `${plan.name}MSP`;
  const material = await createOrganizationMaterial({
    name: plan.name,
    mspId,
    domain: plan.domain,
    nodes: plan.nodes.map((name) => ({ name, kind: plan.kind, hosts: ["localhost", "127.0.0.1"] })),
    users: plan.kind === "peer" ? ["app"] : [],
  });
  await writeTree(folder, organizationTree(plan.kind, material));
  const own = path.join(folder, `${plan.kind}Organizations`, plan.domain);
  const nodes = await Promise.all(
    material.nodes.map(async (member): Promise<ConsortiumNode> => {
      const [grpc, second, operations] = await Promise.all([freePort(), freePort(), freePort()]);
      return {
        kind: plan.kind,
        name: member.name,
        mspId,
        member,
        folder: path.join(own, `${plan.kind}s`, member.name),
        address: { address: `127.0.0.1:${grpc}`, tlsRootPem: material.tlsCa.certificatePem },
        ports: { grpc, second, operations },
      };
    }),
  );
  return { material, mspId, folder: own, nodes, admin: signerOf({ mspId }, first(material.users)) };
}

function names(kind: string, count: number, domain: string): string[] {
  return Array.from({ length: count }, (_, index) => `${kind}${index}.${domain}`);
}

/** Makes the identities of a consortium below `folder`, in cryptogen's layout, and finds ports. */
export async function createConsortium(folder: string, options: ConsortiumOptions = {}): Promise<Consortium> {
  mkdirSync(folder, { recursive: true });
  const ofPeers = (number: number): Promise<ConsortiumOrganization> => {
    const domain = `org${number}.example.com`;
    return createOrganization(folder, { kind: "peer", name: `Org${number}`, domain, nodes: names("peer", options.peers ?? 1, domain) });
  };
  const [orderer, one, two] = await Promise.all([
    createOrganization(folder, {
      kind: "orderer",
      name: "Orderer",
      domain: "example.com",
      nodes: names("orderer", options.orderers ?? 1, "example.com"),
    }),
    ofPeers(1),
    ofPeers(2),
  ]);
  return { folder, channelId: options.channelId ?? "trade", orderer, organizations: [one, two] };
}

/** The same consortium on other ports: the same identities for a second network. */
export async function withOtherPorts(consortium: Consortium): Promise<Consortium> {
  const moved = async (organization: ConsortiumOrganization): Promise<ConsortiumOrganization> => ({
    ...organization,
    nodes: await Promise.all(
      organization.nodes.map(async (node) => {
        const [grpc, second, operations] = await Promise.all([freePort(), freePort(), freePort()]);
        return { ...node, ports: { grpc, second, operations }, address: { ...node.address, address: `127.0.0.1:${grpc}` } };
      }),
    ),
  });
  const [orderer, one, two] = await Promise.all([consortium.orderer, ...consortium.organizations].map(moved));
  if (orderer === undefined || one === undefined || two === undefined) throw new Error("an organisation is missing");
  return { ...consortium, orderer, organizations: [one, two] };
}
