import { issueUser } from "@heddle/fabric";
import type { NetworkFile } from "@heddle/network";
import type { OperationKind } from "../engine/types.ts";
import { operationErrors } from "../errors.ts";
import { findMember, organizationSecret } from "../network/identities.ts";
import { isRevoked, readRevocations } from "../network/revocations.ts";
import type { World } from "../services/world.ts";

/** What `identity.issue` is given. */
export interface IssueInput {
  readonly organization: string;
  readonly user: string;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

/** Throws STORE_NETWORK_NOT_FOUND, OPERATION_ORGANIZATION_UNKNOWN. */
export async function requireOrganization(world: World, network: string | undefined, organization: string): Promise<NetworkFile> {
  const file = await world.file(network ?? "");
  if (!file.spec.organizations.some(({ name }) => name === organization))
    throw operationErrors.create("OPERATION_ORGANIZATION_UNKNOWN", { network: file.metadata.name, organization });
  return file;
}

/** Issues an identity for a user: a new one, or one whose certificate was revoked. */
export function identityIssue(world: World): OperationKind<IssueInput> {
  const usable = async (network: string, { organization, user }: IssueInput): Promise<boolean> => {
    const member = findMember(await world.identities(network).organization(organization), user);
    return member !== undefined && !isRevoked(await readRevocations(world.keys, network, organization), member.signing.certificatePem);
  };
  return {
    name: "identity.issue",
    describe: ({ organization, user }) => `Issue an identity for ${user} of ${organization}`,
    async check({ input, network }) {
      const file = await requireOrganization(world, network, input.organization);
      if (await usable(file.metadata.name, input))
        throw operationErrors.create("OPERATION_USER_EXISTS", { organization: input.organization, user: input.user });
    },
    plan({ input, network = "" }) {
      const { organization, user, attributes } = input;
      return [
        {
          name: "issue",
          title: `${organization} issues an identity for ${user}`,
          phase: "identities",
          probe: () => usable(network, input),
          async run() {
            const material = await world.identities(network).organization(organization);
            await world.keys.put(network, organizationSecret(organization), JSON.stringify(await issueUser(material, user, attributes)));
          },
          async undo() {
            const material = await world.identities(network).organization(organization);
            const users = material.users.filter(({ name }) => name !== `${user}@${material.domain}`);
            await world.keys.put(network, organizationSecret(organization), JSON.stringify({ ...material, users }));
          },
        },
      ];
    },
    async settled({ input: { organization, user }, network = "" }, settlement) {
      if (settlement.state !== "succeeded") return undefined;
      const file = await requireOrganization(world, network, organization);
      await world.store.networks.update(network, { spec: withUsers(file, organization, (users) => [...new Set([...users, user])]) });
      return { organization, user };
    },
  };
}

/** A network file with other users of an organisation. */
export function withUsers(file: NetworkFile, organization: string, change: (users: readonly string[]) => string[]): NetworkFile {
  const organizations = file.spec.organizations.map((one) => (one.name === organization ? { ...one, users: change(one.users) } : one));
  return { ...file, spec: { ...file.spec, organizations } };
}
