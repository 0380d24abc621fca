import type { OrganizationMaterial } from "@heddle/fabric";
import { nodesOf, type NetworkFile } from "@heddle/network";
import { operationErrors } from "../errors.ts";
import { organizationNames, organizationSecret } from "../network/identities.ts";
import type { World } from "../services/world.ts";

/**
 * The identities of a file's organisations, as a backup has them. Revocations are of the backup's channels and stay there.
 * Throws OPERATION_IDENTITIES_MISSING, OPERATION_BACKUP_UNKNOWN, OPERATION_BACKUP_DAMAGED and the key store's errors.
 */
export async function copiedMaterials(world: World, file: NetworkFile, backup: string): Promise<OrganizationMaterial[]> {
  const secrets = await world.keys.openSealed((await world.backups.read(backup)).keys);
  const missing = (member: string): Error => operationErrors.create("OPERATION_IDENTITIES_MISSING", { backup, member });
  const materials = organizationNames(file).map((name) => {
    const secret = secrets.get(organizationSecret(name));
    if (secret === undefined) throw missing(name);
    return JSON.parse(secret) as OrganizationMaterial;
  });
  for (const { name, organization, mspId } of nodesOf(file)) {
    const own = materials.find((material) => material.name === organization && material.mspId === mspId);
    if (own?.nodes.some((node) => node.name === name) !== true) throw missing(name);
  }
  for (const { name, users } of file.spec.organizations) {
    const own = materials.find((material) => material.name === name);
    for (const user of users)
      if (own?.users.some((one) => one.name === `${user}@${own.domain}`) !== true) throw missing(`${user} of ${name}`);
  }
  return materials;
}
