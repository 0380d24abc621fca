import { createOrganizationMaterial, issueNodes, type OrganizationMaterial } from "@heddle/fabric";
import type { NetworkFile } from "@heddle/network";
import type { NetworkPlace } from "@heddle/runtimes";
import type { World } from "../services/world.ts";
import { organizationNames } from "./identities.ts";
import { LOCAL_HOSTS } from "./material.ts";
import { nodeChanges } from "./node-changes.ts";
import { readRevocations } from "./revocations.ts";

/** What channel configurations of a network are made from, beside its file. */
export interface Surroundings {
  readonly place: NetworkPlace;
  /** By organisation. */
  readonly materials: ReadonlyMap<string, OrganizationMaterial>;
  /** PEM, by organisation; empty where nothing is revoked. */
  readonly revocations: ReadonlyMap<string, string>;
}

/** The surroundings of a network as they are, with the organisations of either file. Throws OPERATION_ORGANIZATION_UNKNOWN. */
export async function surroundingsOf(world: World, from: NetworkFile, to: NetworkFile): Promise<Surroundings> {
  const { place } = await world.network(to.metadata.name);
  return read(world, place, to.metadata.name, [...new Set([...organizationNames(from), ...organizationNames(to)])]);
}

async function read(world: World, place: NetworkPlace, network: string, organizations: readonly string[]): Promise<Surroundings> {
  const identities = world.identities(network);
  const materials = new Map<string, OrganizationMaterial>();
  const revocations = new Map<string, string>();
  for (const name of organizations) {
    materials.set(name, await identities.organization(name));
    revocations.set(name, (await readRevocations(world.keys, network, name)).list);
  }
  return { place, materials, revocations };
}

/**
 * The surroundings as they will be when what the second file adds is there, to rehearse with: with identities that
 * nobody keeps and ports that nobody has, which no policy asks for.
 */
export async function imaginedSurroundings(world: World, from: NetworkFile, to: NetworkFile): Promise<Surroundings> {
  const { place } = await world.network(to.metadata.name);
  const { added, founded } = nodeChanges(from, to);
  const present = await read(world, place, to.metadata.name, organizationNames(from));
  const materials = new Map(present.materials);
  const nodesOf = (organization: string) =>
    added.filter((node) => node.organization === organization).map(({ name, kind }) => ({ name, kind, hosts: LOCAL_HOSTS }));
  for (const organization of founded)
    materials.set(organization.name, await createOrganizationMaterial({ ...organization, users: [], nodes: nodesOf(organization.name) }));
  for (const [name, material] of present.materials) materials.set(name, await issueNodes(material, nodesOf(name)));
  const coming = added
    .filter(({ name }) => !place.nodes.some((node) => node.name === name))
    .map((node, index) => ({ ...node, host: "127.0.0.1", grpc: index + 1, operations: index + 1 }));
  return { ...present, materials, place: { ...place, nodes: [...place.nodes, ...coming] } };
}
