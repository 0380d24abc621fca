import type { NetworkChaincode, NetworkFile, NetworkOrganization } from "../schema/network-file.ts";
import type { Change, ChangeKind, NetworkPlan } from "./change.ts";
import { channelChanges } from "./channels.ts";
import { differences, entriesOf, match, type Entry } from "./compare.ts";
import { orderingChanges } from "./ordering.ts";

type Spec = NetworkFile["spec"];

/**
 * What has to change so that `current` becomes `desired`; with no `current`,
 * everything is created. Both files have to be valid.
 */
export function planNetwork(current: NetworkFile | undefined, desired: NetworkFile): NetworkPlan {
  const changes = current === undefined ? creation(desired) : difference(current, desired);
  return { changes, empty: changes.length === 0 };
}

function creation(desired: NetworkFile): Change[] {
  const { name } = desired.metadata;
  const network: Change = {
    action: "create",
    kind: "network",
    path: "metadata.name",
    name,
    summary: `create network ${name}`,
    supported: true,
  };
  const nothing: NetworkFile = {
    ...desired,
    spec: {
      ...desired.spec,
      organizations: [],
      channels: [],
      chaincodes: [],
      ordering: { ...desired.spec.ordering, consenters: [] },
    },
  };
  return [network, ...lists(nothing, desired).map((change) => ({ ...change, supported: true }))];
}

function difference(current: NetworkFile, desired: NetworkFile): Change[] {
  const changes: Change[] = [];
  const { name } = desired.metadata;
  if (current.metadata.name !== name) changes.push(update("network", "metadata.name", name, `rename ${current.metadata.name} to ${name}`));
  for (const field of differences(current.spec, desired.spec, ["fabricVersion", "runtime", "storage"])) {
    changes.push(update("network", `spec.${field}`, name, `change ${field} from ${current.spec[field]} to ${desired.spec[field]}`));
  }
  return [...changes, ...orderingChanges(current.spec.ordering, desired.spec.ordering), ...lists(current, desired)];
}

function update(kind: ChangeKind, path: string, name: string, summary: string): Change {
  return { action: "update", kind, path, name, summary, supported: false };
}

function lists(current: NetworkFile, desired: NetworkFile): Change[] {
  const byName = (value: { readonly name: string }): string => value.name;
  const consenters = (spec: Spec): Entry<{ name: string }>[] => entriesOf(spec.ordering.consenters, "spec.ordering.consenters", byName);
  return [
    ...comings("orderer", consenters(current.spec), consenters(desired.spec), (name, action) =>
      quorum(`${action} orderer ${name}`, desired.spec.ordering),
    ),
    ...organizations(current.spec, desired.spec),
    ...channelChanges(current, desired),
    ...chaincodes(current.spec, desired.spec),
  ];
}

/** Creations and deletions of things that have no inside of their own. */
function comings(
  kind: ChangeKind,
  current: readonly Entry<unknown>[],
  desired: readonly Entry<unknown>[],
  words = (name: string, action: "add" | "remove"): string => `${action} ${kind} ${name}`,
  supported = true,
): Change[] {
  const { added, removed } = match(current, desired);
  const change = (action: "create" | "delete", { key, path }: Entry<unknown>): Change => ({
    action,
    kind,
    path,
    name: key,
    summary: words(key, action === "create" ? "add" : "remove"),
    supported,
  });
  return [...added.map((entry) => change("create", entry)), ...removed.map((entry) => change("delete", entry))];
}

/** With how many orderers have to be there then: more than half of Raft's; of BFT's, all but those that may lie. */
function quorum(what: string, { type, consenters: { length: all } }: Spec["ordering"]): string {
  const liars = Math.floor((all - 1) / 3);
  const needed = type === "bft" ? Math.ceil((all + liars + 1) / 2) : Math.floor(all / 2) + 1;
  return `${what}; a quorum is ${needed} of ${all}`;
}

/** What a peer comes to, or goes from, in words. */
function peerWords({ channels }: Spec, organization: string): (name: string, action: "add" | "remove") => string {
  const joined = channels.filter(({ members, observers }) => [...members, ...observers].includes(organization)).map(({ name }) => name);
  const where = joined.length === 0 ? "" : joined.join(", ");
  return (name, action) => {
    if (where === "") return `${action} peer ${name}`;
    return action === "add" ? `add peer ${name}; it joins ${where}` : `remove peer ${name} with its ledgers of ${where}`;
  };
}

function organizations(current: Spec, desired: Spec): Change[] {
  const of = (spec: Spec): Entry<NetworkOrganization>[] => entriesOf(spec.organizations, "spec.organizations", ({ name }) => name);
  const { added, kept } = match(of(current), of(desired));
  const inside = (org: Entry<NetworkOrganization>, before: NetworkOrganization | undefined): Change[] => [
    ...comings(
      "peer",
      before === undefined ? [] : peersOf({ ...org, value: before }),
      peersOf(org),
      peerWords(before === undefined ? desired : current, org.key),
    ),
    // Users of an organisation that is there are issued and revoked by operations of their own.
    ...comings("user", before === undefined ? [] : usersOf({ ...org, value: before }), usersOf(org), undefined, before === undefined),
  ];
  return [
    ...comings("organization", of(current), of(desired), (name, action) =>
      action === "add" ? `add organization ${name}` : `remove organization ${name} with its peers and its keys`,
    ),
    ...added.flatMap((entry) => inside(entry, undefined)),
    ...kept.flatMap(({ entry, before }) => [
      ...differences(before, entry.value, ["mspId", "domain", "role"]).map((field) =>
        update(
          "organization",
          `${entry.path}.${field}`,
          entry.key,
          `change ${field} of ${entry.key} from ${before[field]} to ${entry.value[field]}`,
        ),
      ),
      ...inside(entry, before),
    ]),
  ];
}

function peersOf({ path, value }: Entry<NetworkOrganization>): Entry<unknown>[] {
  return entriesOf(value.peers, `${path}.peers`, ({ name }) => `${name}.${value.domain}`);
}

function usersOf({ path, value }: Entry<NetworkOrganization>): Entry<unknown>[] {
  return entriesOf(value.users, `${path}.users`, (user) => `${user}@${value.domain}`);
}

/** A running network takes new chaincodes and new versions; one goes only with its channel. */
function chaincodes(current: Spec, desired: Spec): Change[] {
  const of = (spec: Spec): Entry<NetworkChaincode>[] =>
    entriesOf(spec.chaincodes, "spec.chaincodes", ({ name, channel }) => `${channel}/${name}`);
  const { added, removed, kept } = match(of(current), of(desired));
  const change = (action: Change["action"], { path, value }: Entry<NetworkChaincode>, summary: string): Change => ({
    action,
    kind: "chaincode",
    path,
    name: value.name,
    summary,
    // Fabric cannot take back a committed definition; it goes with its ledger only.
    supported: action !== "delete" || !desired.channels.some(({ name }) => name === value.channel),
  });
  return [
    ...added.map((entry) => change("create", entry, `deploy ${entry.value.name} ${entry.value.version} on ${entry.value.channel}`)),
    ...kept.flatMap(({ entry, before }) => {
      const fields = differences(before, entry.value, ["version", "sequence", "source", "language", "endorsementPolicy", "initRequired"]);
      return fields.length === 0
        ? []
        : [
            change(
              "update",
              entry,
              `deploy ${entry.value.name} ${entry.value.version} on ${entry.value.channel} (new ${fields.join(", ")})`,
            ),
          ];
    }),
    ...removed.map((entry) => change("delete", entry, `remove ${entry.value.name} from ${entry.value.channel}`)),
  ];
}
