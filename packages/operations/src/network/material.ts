import path from "node:path";
import { createOrganizationMaterial, mspFiles, tlsFiles, type OrganizationMaterial } from "@heddle/fabric";
import { nodesOf, type NetworkFile } from "@heddle/network";
import { nodeFolder, peerRootsFile, type DeliveredFile, type NetworkPlace } from "@heddle/runtimes";

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
  const tlsRoots = [...materials.values()].map(({ tlsCa }) => tlsCa.certificatePem).join("");
  return place.nodes.flatMap((node) => {
    const organization = materials.get(node.organization);
    const own = organization?.nodes.find(({ name }) => name === node.name);
    if (organization === undefined || own === undefined) throw new RangeError(`the node ${node.name} has no identity`);
    const folder = nodeFolder(node);
    const files = [...mspFiles(organization, own, folder, "msp"), ...tlsFiles(organization, own, folder, "tls")];
    const roots = { path: path.posix.join(folder, peerRootsFile), content: tlsRoots, mode: 0o644 };
    return node.kind === "peer" ? [...files, roots] : files;
  });
}
