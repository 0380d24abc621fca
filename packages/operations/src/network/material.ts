import { createOrganizationMaterial, mspFiles, tlsFiles, type OrganizationMaterial } from "@heddle/fabric";
import { nodesOf, type NetworkFile } from "@heddle/network";
import { nodeFolder, type DeliveredFile, type NetworkPlace } from "@heddle/runtimes";

/** Names and addresses that every node answers for on this machine, beside its own. */
export const LOCAL_HOSTS = ["localhost", "127.0.0.1", "::1"];

/** Makes the identities of every organisation of a network. */
export function createMaterials(file: NetworkFile): Promise<OrganizationMaterial[]> {
  const nodes = nodesOf(file);
  const { ordering, organizations } = file.spec;
  const all = [{ ...ordering.organization, users: [] as string[] }, ...organizations];
  return Promise.all(
    all.map(({ name, mspId, domain, users }) =>
      createOrganizationMaterial({
        name,
        mspId,
        domain,
        nodes: nodes
          .filter(({ organization }) => organization === name)
          .map((node) => ({ name: node.name, kind: node.kind, hosts: LOCAL_HOSTS })),
        users,
      }),
    ),
  );
}

/** What the nodes of a network need to have on disk: their own MSP and TLS folders, nobody else's keys. */
export function nodeFiles(place: NetworkPlace, materials: ReadonlyMap<string, OrganizationMaterial>): DeliveredFile[] {
  return place.nodes.flatMap((node) => {
    const organization = materials.get(node.organization);
    const own = organization?.nodes.find(({ name }) => name === node.name);
    if (organization === undefined || own === undefined) throw new RangeError(`the node ${node.name} has no identity`);
    return [...mspFiles(organization, own, nodeFolder(node), "msp"), ...tlsFiles(organization, own, nodeFolder(node), "tls")];
  });
}
