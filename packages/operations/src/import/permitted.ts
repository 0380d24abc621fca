import { configPolicyCombinations } from "@heddle/fabric";
import type { NetworkChannel, NetworkFile } from "@heddle/network";
import { operationErrors } from "../errors.ts";
import { currentConfig } from "../network/channel-update.ts";
import { findMember } from "../network/identities.ts";
import type { World } from "../services/world.ts";
import { isLoopback } from "./nodes.ts";

/** Kinds of operation that change what is somebody else's, and what they would do. */
const REFUSED: Readonly<Record<string, string>> = {
  "network.apply": "change it by a network file",
  "network.backup": "back up its nodes",
  "network.upgrade": "upgrade its nodes",
  "ordering.migrate": "migrate its orderers",
  "certificates.renew": "renew the certificates of its nodes",
  "channel.reset": "take its ledgers back",
};

/**
 * Throws where an operation on an imported network could not come to its end: OPERATION_IMPORTED, OPERATION_AUTHORITY_ELSEWHERE,
 * OPERATION_IDENTITY_LACKING, OPERATION_CHAINCODE_ELSEWHERE. Of other networks nothing is asked.
 */
export async function requirePermitted(world: World, kind: string, network: string | undefined, input: unknown): Promise<void> {
  const record = network === undefined ? undefined : await world.store.networks.get(network);
  if (record?.runtime !== "imported") return;
  const { name } = record;
  if (Object.hasOwn(REFUSED, kind)) throw operationErrors.create("OPERATION_IMPORTED", { network: name, what: REFUSED[kind] ?? kind });
  const file = record.spec as NetworkFile;
  if (kind === "identity.issue" || kind === "identity.revoke")
    await requireAuthority(world, name, (input as { readonly organization: string }).organization);
  else if (kind === "network.prove") for (const channel of file.spec.channels) await requireProver(world, file, channel);
  else if (kind === "chaincode.deploy") await requireDeployers(world, file, (input as { readonly channel: string }).channel);
}

async function requireAuthority(world: World, network: string, organization: string): Promise<void> {
  const { ca, tlsCa } = await world.identities(network).organization(organization);
  if (ca.privateKeyPem === "" || tlsCa.privateKeyPem === "")
    throw operationErrors.create("OPERATION_AUTHORITY_ELSEWHERE", { network, organization });
}

/** Without a chaincode that answers to anybody, only an administrator can commit something harmless. */
async function requireProver(world: World, file: NetworkFile, { name: channel, members }: NetworkChannel): Promise<void> {
  const network = file.metadata.name;
  const [first = ""] = members;
  const deployed = (await world.store.chaincodes.list(network)).some((one) => one.channel === channel);
  if (deployed || (await administered(world, file, [first])).length > 0) return;
  throw lacking(network, `administrator of ${first}`, `prove channel ${channel}, which has no chaincode`);
}

async function requireDeployers(world: World, file: NetworkFile, channel: string): Promise<void> {
  const network = file.metadata.name;
  const spec = file.spec.channels.find(({ name }) => name === channel);
  // The operation itself says that there is no such channel.
  if (spec === undefined) return;
  const { connections } = await world.network(network);
  const acting = await administered(world, file, spec.members);
  const what = `deploy chaincode on channel ${channel}`;
  const [peer] = spec.members.flatMap((organization) => connections.peersOf(organization));
  if (peer === undefined || acting.length === 0) throw lacking(network, `administrator of ${spec.members.join(" or ")}`, what);
  const remote = acting.flatMap((organization) => connections.peersOf(organization)).find(({ host }) => !isLoopback(host));
  if (remote !== undefined) throw operationErrors.create("OPERATION_CHAINCODE_ELSEWHERE", { network, subject: `the peer ${remote.name}` });
  const root = (await currentConfig(connections, peer, channel)).channelGroup;
  const mspIds = new Set(mspIdsOf(file, acting));
  const ways = root === undefined ? [] : configPolicyCombinations(root, "/Channel/Application/LifecycleEndorsement");
  if (ways.some((way) => [...way.keys()].every((mspId) => mspIds.has(mspId)))) return;
  // What is missing for the way that misses least.
  const missing = ways.map((way) => [...way.keys()].filter((mspId) => !mspIds.has(mspId))).toSorted((a, b) => a.length - b.length)[0] ?? [];
  throw lacking(network, `administrator of ${missing.join(" and ") || "enough organisations"}`, what);
}

function lacking(network: string, identity: string, what: string): Error {
  return operationErrors.create("OPERATION_IDENTITY_LACKING", { network, identity, what });
}

function mspIdsOf(file: NetworkFile, names: readonly string[]): string[] {
  return file.spec.organizations.filter(({ name }) => names.includes(name)).map(({ mspId }) => mspId);
}

/** Those of some organisations that have a peer and an administrator here. */
async function administered(world: World, file: NetworkFile, names: readonly string[]): Promise<string[]> {
  const identities = world.identities(file.metadata.name);
  const found = await Promise.all(
    names.map(async (name) => {
      const peers = file.spec.organizations.find((one) => one.name === name)?.peers ?? [];
      return peers.length > 0 && findMember(await identities.organization(name), "Admin") !== undefined ? [name] : [];
    }),
  );
  return found.flat();
}

/** The network file with only those members on a channel who can act there: all of them, but for an imported network. */
export async function actingFile(world: World, file: NetworkFile, channel: string): Promise<NetworkFile> {
  if (file.spec.runtime !== "imported") return file;
  const channels = await Promise.all(
    file.spec.channels.map(async (one) => (one.name === channel ? { ...one, members: await administered(world, file, one.members) } : one)),
  );
  return { ...file, spec: { ...file.spec, channels } };
}
