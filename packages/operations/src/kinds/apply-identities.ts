import { createOrganizationMaterial, issueNodes } from "@heddle/fabric";
import type { NetworkFile } from "@heddle/network";
import type { StepDefinition } from "../engine/types.ts";
import { organizationSecret } from "../network/identities.ts";
import { LOCAL_HOSTS } from "../network/material.ts";
import { listed, nodeChanges } from "../network/node-changes.ts";
import { revocationsSecret } from "../network/revocations.ts";
import type { World } from "../services/world.ts";
import type { RemovedItem } from "./network-delete.ts";

/** Which nodes of an organisation come or go. */
interface Change {
  readonly organization: string;
  readonly nodes: readonly string[];
}

/**
 * The step that makes the identities of what a file adds: those of nodes under the authorities that their organisation
 * has, an authority of its own for an organisation that is new. None where nothing is added.
 */
export function issuingSteps(world: World, from: NetworkFile, to: NetworkFile, after: readonly string[]): StepDefinition[] {
  const { added, founded } = nodeChanges(from, to);
  const network = to.metadata.name;
  const identities = world.identities(network);
  const fresh = new Set(founded.map(({ name }) => name));
  const named = [...new Set(added.map(({ organization }) => organization))];
  const specs = (organization: string) =>
    added.filter((node) => node.organization === organization).map(({ name, kind }) => ({ name, kind, hosts: LOCAL_HOSTS }));
  if (named.length === 0) return [];
  return [
    {
      name: "issue",
      title: `Make the identities of ${listed(added.map(({ name }) => name))}`,
      phase: "identities",
      after,
      async probe() {
        const kept = await world.keys.names(network);
        if (!named.every((name) => kept.includes(organizationSecret(name)))) return false;
        const materials = await Promise.all(named.map((name) => identities.organization(name)));
        const known = new Set(materials.flatMap(({ nodes }) => nodes.map(({ name }) => name)));
        return added.every(({ name }) => known.has(name));
      },
      async run() {
        const kept = await world.keys.names(network);
        for (const organization of named) {
          const secret = organizationSecret(organization);
          const founding = founded.find(({ name }) => name === organization);
          const material =
            founding !== undefined && !kept.includes(secret)
              ? await createOrganizationMaterial({ ...founding, nodes: specs(organization) })
              : await issueNodes(await identities.organization(organization), specs(organization));
          await world.keys.put(network, secret, JSON.stringify(material));
        }
      },
      async undo() {
        await destroyKeys(world, network, [...fresh]);
        for (const organization of named.filter((name) => !fresh.has(name))) {
          const nodes = specs(organization).map(({ name }) => name);
          await forgetNodes(world, network, { organization, nodes });
        }
      },
    },
  ];
}

/** Destroys the keys of what a file has no longer: of nodes, and all those of organisations. What went. */
export async function destroyRemoved(world: World, from: NetworkFile, to: NetworkFile): Promise<readonly RemovedItem[]> {
  const { removed, dissolved } = nodeChanges(from, to);
  const network = to.metadata.name;
  await destroyKeys(world, network, dissolved);
  const left = [...new Set(removed.map(({ organization }) => organization))].filter((name) => !dissolved.includes(name));
  for (const organization of left) {
    const nodes = removed.filter((node) => node.organization === organization).map(({ name }) => name);
    await forgetNodes(world, network, { organization, nodes });
  }
  return [
    ...dissolved.map((name) => ({ kind: "key", id: organizationSecret(name), detail: "authorities, administrator and users" })),
    ...removed.map(({ name }) => ({ kind: "key", id: name, detail: "signing and TLS keys" })),
  ];
}

/** The step that destroys the keys of what a file has no longer, once it is gone. */
export function destroyingSteps(world: World, from: NetworkFile, to: NetworkFile, after: readonly string[]): StepDefinition[] {
  const { removed } = nodeChanges(from, to);
  if (removed.length === 0) return [];
  return [
    {
      name: "destroy",
      title: `Destroy the keys of ${listed(removed.map(({ name }) => name))}`,
      phase: "identities",
      after,
      // Looking costs what doing costs. Where it is undone, the removal of the nodes is finished, and this with it.
      probe: () => false,
      run: () => destroyRemoved(world, from, to),
      retries: 2,
    },
  ];
}

async function destroyKeys(world: World, network: string, organizations: readonly string[]): Promise<void> {
  await world.keys.delete(
    network,
    organizations.flatMap((name) => [organizationSecret(name), revocationsSecret(name)]),
  );
}

async function forgetNodes(world: World, network: string, { organization, nodes }: Change): Promise<void> {
  const material = await world.identities(network).organization(organization);
  const left = material.nodes.filter(({ name }) => !nodes.includes(name));
  if (left.length === material.nodes.length) return;
  await world.keys.put(network, organizationSecret(organization), JSON.stringify({ ...material, nodes: left }));
}
