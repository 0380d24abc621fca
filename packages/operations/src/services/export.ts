import type { OrganizationMaterial, TreeFile } from "@heddle/fabric";
import type { NodePlace } from "@heddle/runtimes";
import { operationErrors } from "../errors.ts";
import { member } from "../network/identities.ts";
import { targetOf } from "./connect/connect.ts";
import { nodeProgram } from "./connect/nodejs.ts";
import type { PlacedNetwork, World } from "./world.ts";

/** Whose identity to use; the first organisation and its first user when left out. */
export interface Whose {
  readonly organization?: string | undefined;
  readonly user?: string | undefined;
}

interface Chosen {
  readonly placed: PlacedNetwork;
  readonly material: OrganizationMaterial;
  readonly peers: readonly NodePlace[];
  readonly user: string;
}

async function choose(world: World, network: string, { organization, user }: Whose): Promise<Chosen> {
  const placed = await world.network(network);
  const { file, connections } = placed;
  const wanted = organization ?? file.spec.organizations[0]?.name ?? "";
  const specification = file.spec.organizations.find(({ name }) => name === wanted);
  if (specification === undefined) throw operationErrors.create("OPERATION_ORGANIZATION_UNKNOWN", { network, organization: wanted });
  return {
    placed,
    material: await connections.identities.organization(wanted),
    peers: connections.peersOf(wanted),
    user: user ?? specification.users[0] ?? "Admin",
  };
}

function connectionProfile({ placed, material, peers, user }: Chosen): Record<string, unknown> {
  const channels = placed.file.spec.channels.filter(
    ({ members, observers }) => members.includes(material.name) || observers.includes(material.name),
  );
  const node = (place: NodePlace) => ({
    url: `grpcs://${place.host}:${place.grpc}`,
    tlsCACerts: { path: "tls-root.pem", pem: material.tlsCa.certificatePem },
    grpcOptions: { "ssl-target-name-override": tlsName(place), hostnameOverride: tlsName(place) },
  });
  return {
    name: `${placed.file.metadata.name}-${material.name}`,
    version: "1.0.0",
    client: { organization: material.name, user },
    organizations: { [material.name]: { mspid: material.mspId, peers: peers.map(({ name }) => name), certificateAuthorities: [] } },
    peers: Object.fromEntries(peers.map((place) => [place.name, node(place)])),
    channels: Object.fromEntries(channels.map(({ name }) => [name, { peers: peers.map((place) => place.name) }])),
    chaincodes: placed.file.spec.chaincodes.map(({ name, channel }) => ({ name, channel })),
  };
}

function tlsName({ name, reach }: NodePlace): string {
  return reach?.tlsName ?? name;
}

/** Everything an application needs to connect as one user: profile, identity, TLS root, code. */
export async function exportIdentity(world: World, network: string, whose: Whose): Promise<{ files: TreeFile[] }> {
  const chosen = await choose(world, network, whose);
  const { material, user } = chosen;
  const { signing } = member(material, user);
  const file = (path: string, content: string, mode = 0o644): TreeFile => ({ path, content, mode });
  return {
    files: [
      file("connection.json", `${JSON.stringify(connectionProfile(chosen), undefined, 2)}\n`),
      file("certificate.pem", signing.certificatePem),
      file("private-key.pem", signing.privateKeyPem, 0o600),
      file("tls-root.pem", material.tlsCa.certificatePem),
      file("app.mjs", nodeProgram(await targetOf(world, network, { organization: material.name, user }))),
    ],
  };
}
