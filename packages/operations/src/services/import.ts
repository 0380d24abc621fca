import type { NetworkFile } from "@heddle/network";
import { storeErrors } from "@heddle/store";
import { discover, type SkippedChannel } from "../import/discover.ts";
import { isLoopback } from "../import/nodes.ts";
import { planImport, type ImportedChaincode, type ImportPlan } from "../import/plan.ts";
import { readSource, type ImportChanges, type ImportMaterial } from "../import/read-source.ts";
import type { ImportSource } from "../import/source.ts";
import { dropStaged, stageKeys } from "../import/staging.ts";
import type { ImportInput } from "../kinds/network-import.ts";
import { organizationSecret } from "../network/identities.ts";
import type { World } from "./world.ts";

/** A network to import: its name here, what is known of it, and what differs on this machine. */
export interface ImportRequest extends ImportChanges {
  readonly name: string;
  readonly source: ImportMaterial;
  /** Nodes answer on this machine whatever host they tell; default where those of the source do. */
  readonly asLocalhost?: boolean | undefined;
}

/** What would be imported; no key is in it. */
export interface ImportView {
  readonly spec: NetworkFile;
  readonly nodes: readonly { readonly name: string; readonly kind: string; readonly organization: string; readonly address: string }[];
  readonly identities: readonly { readonly organization: string; readonly mspId: string; readonly user: string; readonly admin: boolean }[];
  readonly chaincodes: readonly ImportedChaincode[];
  readonly skipped: readonly SkippedChannel[];
  readonly notes: readonly string[];
}

/** Services that import networks. */
export function importServices(world: World) {
  return {
    /** Asks a network what it is; nothing is kept. Throws the errors of {@link readSource}, {@link discover} and {@link planImport}. */
    async lookAtImport(request: ImportRequest): Promise<ImportView> {
      return viewOf(await planned(request));
    },

    /** As {@link lookAtImport}, and seals the keys: what `network.import` is given. Throws STORE_NETWORK_EXISTS. */
    async importInput(request: ImportRequest): Promise<ImportInput> {
      if ((await world.store.networks.get(request.name)) !== undefined)
        throw storeErrors.create("STORE_NETWORK_EXISTS", { name: request.name });
      const { file: spec, nodes, chaincodes, skipped, notes, materials } = await planned(request);
      const secrets = new Map(materials.map((material) => [organizationSecret(material.name), JSON.stringify(material)]));
      return { spec, nodes, chaincodes, skipped, notes, staged: await stageKeys(world, secrets) };
    },

    /** Destroys the keys of an import that was not accepted. */
    dropImport: ({ staged }: Pick<ImportInput, "staged">): Promise<void> => dropStaged(world, staged),
  };
}

async function planned({ name, source: material, asLocalhost, ...changes }: ImportRequest): Promise<ImportPlan> {
  const source = readSource(material, changes);
  return planImport(name, source, await discover(source), { local: asLocalhost ?? isLocal(source) });
}

/** Containers whose ports are published are dialled at localhost, and tell of hosts that only they know. */
function isLocal({ nodes }: ImportSource): boolean {
  return nodes.filter(({ kind }) => kind === "peer").every(({ host }) => isLoopback(host));
}

function viewOf({ file, nodes, materials, chaincodes, skipped, notes }: ImportPlan): ImportView {
  return {
    spec: file,
    nodes: nodes.map(({ name, kind, organization, host, grpc }) => ({ name, kind, organization, address: `${host}:${grpc}` })),
    identities: materials.flatMap(({ name, mspId, users, domain }) =>
      users.map((user) => ({
        organization: name,
        mspId,
        user: user.name.slice(0, -domain.length - 1),
        admin: user.role === "admin",
      })),
    ),
    chaincodes,
    skipped,
    notes,
  };
}
