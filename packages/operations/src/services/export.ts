import { mspFiles, tlsFiles, type OrganizationMaterial, type TreeFile } from "@heddle/fabric";
import type { NodePlace } from "@heddle/runtimes";
import { operationErrors } from "../errors.ts";
import { member } from "../network/identities.ts";
import { codeSample } from "./code-sample.ts";
import type { PlacedNetwork, World } from "./world.ts";

/** Whose identity to use; the first organisation and its first user when left out. */
export interface Whose {
  readonly organization?: string | undefined;
  readonly user?: string | undefined;
}

interface Chosen {
  readonly placed: PlacedNetwork;
  readonly material: OrganizationMaterial;
  readonly orderers: OrganizationMaterial;
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
    orderers: await connections.identities.organization(file.spec.ordering.organization.name),
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
    grpcOptions: { "ssl-target-name-override": place.name, hostnameOverride: place.name },
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

/** Everything an application needs to connect as one user: profile, identity, TLS root, code. */
export async function exportIdentity(world: World, network: string, whose: Whose): Promise<{ files: TreeFile[] }> {
  const chosen = await choose(world, network, whose);
  const { material, peers, user, placed } = chosen;
  const { signing } = member(material, user);
  const [gateway] = peers;
  if (gateway === undefined) throw operationErrors.create("OPERATION_ORGANIZATION_UNKNOWN", { network, organization: material.name });
  const file = (path: string, content: string, mode = 0o644): TreeFile => ({ path, content, mode });
  const [chaincode] = placed.file.spec.chaincodes;
  return {
    files: [
      file("connection.json", `${JSON.stringify(connectionProfile(chosen), undefined, 2)}\n`),
      file("certificate.pem", signing.certificatePem),
      file("private-key.pem", signing.privateKeyPem, 0o600),
      file("tls-root.pem", material.tlsCa.certificatePem),
      file(
        "app.mjs",
        codeSample({
          mspId: material.mspId,
          address: `${gateway.host}:${gateway.grpc}`,
          hostname: gateway.name,
          channel: chaincode?.channel ?? placed.file.spec.channels[0]?.name ?? "",
          chaincode: chaincode?.name ?? "",
        }),
      ),
    ],
  };
}

/** What stands for the folder of the written files in the variables. */
const FOLDER = "{{directory}}";

/** The environment in which Fabric's own `peer` and `osnadmin` commands reach the network as an organisation's administrator. */
export async function environment(
  world: World,
  network: string,
  whose: Pick<Whose, "organization">,
): Promise<{ variables: Record<string, string>; files: TreeFile[] }> {
  const chosen = await choose(world, network, whose);
  const { placed, material, orderers, peers } = chosen;
  const [peer] = peers;
  const [orderer] = placed.connections.orderers;
  if (peer === undefined || orderer === undefined)
    throw operationErrors.create("OPERATION_ORGANIZATION_UNKNOWN", { network, organization: material.name });
  const admin = member(material, "Admin");
  const ordererAdmin = member(orderers, "Admin");
  const channel = placed.file.spec.channels[0]?.name ?? "";
  return {
    variables: {
      FABRIC_CFG_PATH: FOLDER,
      CORE_PEER_TLS_ENABLED: "true",
      CORE_PEER_LOCALMSPID: material.mspId,
      CORE_PEER_ADDRESS: `${peer.host}:${peer.grpc}`,
      CORE_PEER_MSPCONFIGPATH: `${FOLDER}/msp`,
      CORE_PEER_TLS_ROOTCERT_FILE: `${FOLDER}/tls/ca.crt`,
      CORE_PEER_TLS_SERVERHOSTOVERRIDE: peer.name,
      ORDERER_ADDRESS: `${orderer.host}:${orderer.grpc}`,
      ORDERER_ADMIN_ADDRESS: `${orderer.host}:${orderer.admin ?? 0}`,
      ORDERER_CA: `${FOLDER}/orderer/ca.crt`,
      ORDERER_HOSTNAME: orderer.name,
      ORDERER_ADMIN_TLS_SIGN_CERT: `${FOLDER}/orderer/client.crt`,
      ORDERER_ADMIN_TLS_PRIVATE_KEY: `${FOLDER}/orderer/client.key`,
      CHANNEL_NAME: channel,
    },
    files: [
      { path: "core.yaml", mode: 0o644, content: CORE_YAML },
      ...mspFiles(material, admin, "msp"),
      ...tlsFiles(material, admin, "tls"),
      ...tlsFiles(orderers, ordererAdmin, "orderer"),
    ],
  };
}

/** The least that the peer command asks of its configuration file; the rest comes from the variables. */
const CORE_YAML = `peer:
  id: heddle
  BCCSP:
    Default: SW
    SW:
      Hash: SHA2
      Security: 256
  client:
    connTimeout: 10s
  keepalive:
    client:
      interval: 60s
      timeout: 20s
`;
