import { revocationListsOf, revokeMembers, withRevocationLists } from "@heddle/fabric";
import type { OperationKind, StepDefinition } from "../engine/types.ts";
import { operationErrors } from "../errors.ts";
import { changeChannel, currentConfig } from "../network/channel-update.ts";
import { member } from "../network/identities.ts";
import { proveNetwork, type NetworkProof } from "../network/prove.ts";
import { isRevoked, readRevocations, writeRevocations } from "../network/revocations.ts";
import type { World } from "../services/world.ts";
import { requireOrganization, withUsers } from "./identity-issue.ts";

/** What `identity.revoke` is given. */
export interface RevokeInput {
  readonly organization: string;
  readonly user: string;
}

/** Revokes a user's certificate: a revocation list, into the organisation's MSP on every channel, then a proof. */
export function identityRevoke(world: World): OperationKind<RevokeInput> {
  return {
    name: "identity.revoke",
    describe: ({ organization, user }) => `Revoke the identity of ${user} of ${organization}`,
    // The list cannot be taken back from a channel without lying about what was revoked.
    cancellable: false,
    async check({ input: { organization, user }, network }) {
      const file = await requireOrganization(world, network, organization);
      const { signing, role } = member(await world.identities(file.metadata.name).organization(organization), user);
      if (role !== "client") throw operationErrors.create("OPERATION_USER_NEEDED", { organization, user });
      if (isRevoked(await readRevocations(world.keys, file.metadata.name, organization), signing.certificatePem))
        throw operationErrors.create("OPERATION_USER_REVOKED", { organization, user });
    },
    async plan({ input: { organization, user }, network = "" }) {
      const file = await requireOrganization(world, network, organization);
      const channels = file.spec.channels.filter(
        ({ members, observers }) => members.includes(organization) || observers.includes(organization),
      );
      const list: StepDefinition<RevokeInput> = {
        name: "list",
        title: `${organization} writes ${user} into its revocation list`,
        phase: "identities",
        after: [],
        async probe() {
          const { signing } = member(await world.identities(network).organization(organization), user);
          return isRevoked(await readRevocations(world.keys, network, organization), signing.certificatePem);
        },
        async run() {
          const material = await world.identities(network).organization(organization);
          const { certificatePem } = member(material, user).signing;
          const { revoked } = await readRevocations(world.keys, network, organization);
          const all = [...revoked, { user, certificatePem, at: new Date().toISOString() }];
          const pem = await revokeMembers(
            material,
            all.map((one) => one.certificatePem),
          );
          await writeRevocations(world.keys, network, organization, { revoked: all, list: pem });
        },
      };
      const updates = channels.map(({ name: channel, members, observers }): StepDefinition<RevokeInput> => ({
        name: `channel:${channel}`,
        title: `The list goes into channel ${channel}`,
        phase: "channels",
        after: ["list"],
        async probe() {
          const { connections } = await world.network(network);
          const [node] = connections.peersOf(organization);
          if (node === undefined) return true;
          const { list: wanted } = await readRevocations(world.keys, network, organization);
          return revocationListsOf(await currentConfig(connections, node, channel), organization).includes(wanted);
        },
        async run({ signal }) {
          const { connections } = await world.network(network);
          const { list: wanted } = await readRevocations(world.keys, network, organization);
          await changeChannel(connections, {
            network,
            channel,
            change: (config) =>
              revocationListsOf(config, organization).includes(wanted) ? config : withRevocationLists(config, organization, [wanted]),
            signers: [await connections.identities.admin(organization)],
            // The organisation's own peers first: they are asked for the configuration that is changed.
            nodes: [organization, ...[...members, ...observers].filter((name) => name !== organization)].flatMap((name) =>
              connections.peersOf(name),
            ),
            signal,
          });
        },
        retries: 1,
      }));
      const proof: StepDefinition<RevokeInput> = {
        name: "proof",
        title: "Commit a transaction on every peer",
        phase: "proof",
        after: ["list", ...updates.map(({ name }) => name)],
        probe: () => false,
        run: async ({ signal }) => proveNetwork(file, (await world.network(network)).connections, signal),
        retries: 1,
      };
      return [list, ...updates, proof];
    },
    async settled({ input: { organization, user }, network = "" }, settlement) {
      const proof = settlement.resultOf<NetworkProof>("proof");
      if (settlement.state !== "succeeded" || proof === undefined) return undefined;
      const file = await requireOrganization(world, network, organization);
      // The file names the users that can be used.
      const spec = withUsers(file, organization, (users) => users.filter((name) => name !== user));
      await world.store.networks.update(network, { spec, proof: { ...proof, phases: settlement.phases } });
      return { organization, user, proof };
    },
  };
}
