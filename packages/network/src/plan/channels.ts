import { anchorPeersOf } from "../nodes.ts";
import type { NetworkChannel, NetworkFile } from "../schema/network-file.ts";
import type { Change } from "./change.ts";
import { differences, entriesOf, match, type Entry } from "./compare.ts";

type Policy = keyof NetworkChannel["policies"];

/** Policies by their field, with what they are where the file says nothing. */
const POLICIES: readonly (readonly [field: Policy, words: string, usual: string])[] = [
  ["endorsement", "endorsement", "MAJORITY Endorsement"],
  ["lifecycleEndorsement", "lifecycle endorsement", "MAJORITY Endorsement"],
];

/** How many members have to agree where nothing else is said, in words. */
function majority({ members }: NetworkChannel): string {
  return `a majority is ${Math.floor(members.length / 2) + 1} of ${members.length}`;
}

/** Channels that come and go, and what changes of those that stay. */
export function channelChanges(current: NetworkFile, desired: NetworkFile): Change[] {
  const of = ({ spec }: NetworkFile): Entry<NetworkChannel>[] => entriesOf(spec.channels, "spec.channels", ({ name }) => name);
  const { added, removed, kept } = match(of(current), of(desired));
  return [
    ...added.map(({ key, path, value }): Change => ({
      action: "create",
      kind: "channel",
      path,
      name: key,
      summary: `add channel ${key} of ${value.members.join(", ")}; ${majority(value)}`,
      supported: true,
    })),
    ...removed.map(({ key, path }): Change => ({
      action: "delete",
      kind: "channel",
      path,
      name: key,
      summary: `remove channel ${key} with its ledger and its chaincodes from every node`,
      // Without any channel nothing could be proved.
      supported: desired.spec.channels.length > 0,
    })),
    ...kept.flatMap(({ entry, before }) => settings(current, desired, entry, before)),
  ];
}

function settings(
  current: NetworkFile,
  desired: NetworkFile,
  { key, path, value }: Entry<NetworkChannel>,
  before: NetworkChannel,
): Change[] {
  const update = (field: string, summary: string, supported: boolean): Change => ({
    action: "update",
    kind: "channel",
    path: `${path}.${field}`,
    name: key,
    summary,
    supported,
  });
  return [
    ...joining(before, value).map(([field, summary, supported]) => update(field, summary, supported)),
    ...POLICIES.flatMap(([field, words, usual]) => {
      const [old, now] = [before.policies[field] ?? usual, value.policies[field] ?? usual];
      return old === now ? [] : [update(`policies.${field}`, `${words} of ${key}: ${old} becomes ${now}`, true)];
    }),
    ...acls(before, value).map(([resource, summary]) => update(`acls["${resource}"]`, summary, true)),
    ...differences(before.capabilities, value.capabilities, ["application", "orderer", "channel"]).map((field) => {
      const [old, now] = [before.capabilities[field], value.capabilities[field]];
      // What nodes have once been asked for stays: blocks already rely on it.
      return update(`capabilities.${field}`, `${field} capability of ${key}: ${old} becomes ${now}`, now > old);
    }),
    ...anchors(current, desired, key).map((summary) => update("anchorPeers", summary, true)),
  ];
}

/** Resources that another policy guards, with that in words. */
function acls(before: NetworkChannel, after: NetworkChannel): [resource: string, summary: string][] {
  const [old, now] = [before.acls ?? {}, after.acls ?? {}];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((resource) => old[resource] !== now[resource])
    .map((resource) => [
      resource,
      `ACL of ${resource} on ${after.name}: ${old[resource] ?? "as usual"} becomes ${now[resource] ?? "as usual"}`,
    ]);
}

/** Organisations that join or leave a channel: with the field that says so, in words, and whether they can. */
function joining(before: NetworkChannel, after: NetworkChannel): [field: string, summary: string, supported: boolean][] {
  const [there, then] = [before, after].map(({ members, observers }) => new Set([...members, ...observers]));
  return (["members", "observers"] as const).flatMap((field) => {
    const as = field === "members" ? "" : ` as an observer`;
    const told = after.members.length === before.members.length ? "" : `; ${majority(after)}`;
    const come = after[field].filter((name) => !before[field].includes(name));
    const gone = before[field].filter((name) => !after[field].includes(name));
    // Who changes sides keeps the ledger, but not the rights by which chaincode was approved.
    return [
      ...come.map((name): [string, string, boolean] => [
        field,
        `${name} joins channel ${after.name}${as}${told}`,
        there?.has(name) === false,
      ]),
      ...gone.map((name): [string, string, boolean] => [
        field,
        `${name} leaves channel ${after.name}${as}${told}`,
        then?.has(name) === false,
      ]),
    ];
  });
}

function organizationsOf({ spec }: NetworkFile, channel: string): string[] {
  return spec.channels.filter(({ name }) => name === channel).flatMap(({ members, observers }) => [...members, ...observers]);
}

/** The anchor peers that an organisation gets in place of those it has, in words. */
function anchors(current: NetworkFile, desired: NetworkFile, name: string): string[] {
  const of = (file: NetworkFile): Map<string, string[]> => {
    const channel = file.spec.channels.find((one) => one.name === name);
    const found = new Map<string, string[]>();
    for (const { organization, node } of channel === undefined ? [] : anchorPeersOf(file, channel))
      found.set(organization, [...(found.get(organization) ?? []), node]);
    return found;
  };
  const [old, now] = [of(current), of(desired)];
  const present = new Set(
    match(
      entriesOf(organizationsOf(current, name), "", (one) => one),
      entriesOf(organizationsOf(desired, name), "", (one) => one),
    ).kept.map(({ entry }) => entry.key),
  );
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((organization) => {
    const [before, after] = [list(old.get(organization) ?? []), list(now.get(organization) ?? [])];
    // What an organisation that joins has is part of its joining.
    return before === after || !present.has(organization) ? [] : [`anchor peers of ${organization} on ${name}: ${before} become ${after}`];
  });
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}
