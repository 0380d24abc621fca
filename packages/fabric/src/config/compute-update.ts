import { clone, create } from "@bufbuild/protobuf";
import { fabricErrors } from "../errors.ts";
import { common } from "../wire.ts";
import { bareGroup, copyGroup, samePolicy, sameValue } from "./elements.ts";

/** What a comparison of two groups adds to the two sets of an update. */
interface GroupDelta {
  readonly read: common.ConfigGroup;
  readonly write: common.ConfigGroup;
  readonly changed: boolean;
}

/** Entries of one kind, compared by name. */
interface EntryDelta<Entry> {
  /** Unchanged entries, needed only when the group's membership changes. */
  readonly kept: Record<string, Entry>;
  readonly changed: Record<string, Entry>;
  /** An entry came or went. */
  readonly membership: boolean;
}

interface Versioned {
  version: bigint;
}

function compareEntries<Entry extends Versioned>(
  original: Readonly<Record<string, Entry>>,
  updated: Readonly<Record<string, Entry>>,
  same: (a: Entry, b: Entry) => boolean,
  copy: (entry: Entry) => Entry,
): EntryDelta<Entry> {
  const kept: Record<string, Entry> = {};
  const changed: Record<string, Entry> = {};
  let membership = Object.keys(original).some((name) => updated[name] === undefined);
  for (const [name, entry] of Object.entries(updated)) {
    const before = original[name];
    const after = copy(entry);
    if (before === undefined) {
      membership = true;
      after.version = 0n;
      changed[name] = after;
    } else if (same(before, entry)) {
      kept[name] = copy(before);
    } else {
      after.version = before.version + 1n;
      changed[name] = after;
    }
  }
  return { kept, changed, membership };
}

function bareValue(value: common.ConfigValue): common.ConfigValue {
  return create(common.ConfigValueSchema, { version: value.version });
}

function barePolicy(policy: common.ConfigPolicy): common.ConfigPolicy {
  return create(common.ConfigPolicySchema, { version: policy.version });
}

function mapEntries<Entry>(entries: Readonly<Record<string, Entry>>, change: (entry: Entry) => Entry): Record<string, Entry> {
  return Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, change(entry)]));
}

function compareGroups(original: common.ConfigGroup, updated: common.ConfigGroup): GroupDelta {
  const values = compareEntries(original.values, updated.values, sameValue, (value) => clone(common.ConfigValueSchema, value));
  const policies = compareEntries(original.policies, updated.policies, samePolicy, (policy) => clone(common.ConfigPolicySchema, policy));
  const groups = compareSubgroups(original, updated);
  const membership = values.membership || policies.membership || groups.membership || original.modPolicy !== updated.modPolicy;
  const read = bareGroup(original.version);
  const write = bareGroup(original.version);
  Object.assign(read.groups, groups.read);
  Object.assign(write.values, values.changed);
  Object.assign(write.policies, policies.changed);
  Object.assign(write.groups, groups.write);
  if (!membership) {
    const changed = [values.changed, policies.changed, groups.write].some((entries) => Object.keys(entries).length > 0);
    return { read, write, changed };
  }
  // A changed group states all its members, so that the unchanged ones stay.
  write.version += 1n;
  write.modPolicy = updated.modPolicy;
  for (const set of [read, write]) {
    Object.assign(set.values, mapEntries(values.kept, bareValue));
    Object.assign(set.policies, mapEntries(policies.kept, barePolicy));
    Object.assign(
      set.groups,
      mapEntries(groups.kept, (group) => bareGroup(group.version)),
    );
  }
  return { read, write, changed: true };
}

interface SubgroupDelta {
  readonly read: Record<string, common.ConfigGroup>;
  readonly write: Record<string, common.ConfigGroup>;
  readonly kept: Record<string, common.ConfigGroup>;
  readonly membership: boolean;
}

function compareSubgroups(original: common.ConfigGroup, updated: common.ConfigGroup): SubgroupDelta {
  const result = {
    read: {},
    write: {},
    kept: {},
    membership: Object.keys(original.groups).some((name) => updated.groups[name] === undefined),
  };
  const { read, write, kept }: Omit<SubgroupDelta, "membership"> = result;
  for (const [name, group] of Object.entries(updated.groups)) {
    const before = original.groups[name];
    if (before === undefined) {
      result.membership = true;
      write[name] = newGroup(group);
      continue;
    }
    const delta = compareGroups(before, group);
    if (delta.changed) {
      read[name] = delta.read;
      write[name] = delta.write;
    } else {
      kept[name] = before;
    }
  }
  return result;
}

/** A group that did not exist: everything in it starts at version 0. */
function newGroup(group: common.ConfigGroup): common.ConfigGroup {
  const fresh = copyGroup(group);
  const reset = (one: common.ConfigGroup): void => {
    one.version = 0n;
    for (const value of Object.values(one.values)) value.version = 0n;
    for (const policy of Object.values(one.policies)) policy.version = 0n;
    for (const sub of Object.values(one.groups)) reset(sub);
  };
  reset(fresh);
  return fresh;
}

/**
 * The update that leads from one configuration to another, with the smallest read and write sets
 * (Fabric: internal/configtxlator/update). Throws `FABRIC_CONFIG_UPDATE_REFUSED` when they do not differ.
 */
export function computeConfigUpdate(channelId: string, original: common.Config, updated: common.Config): common.ConfigUpdate {
  if (original.channelGroup === undefined || updated.channelGroup === undefined) {
    throw fabricErrors.create("FABRIC_CONFIG_INVALID", { reason: "it has no channel group" });
  }
  const { read, write, changed } = compareGroups(original.channelGroup, updated.channelGroup);
  if (!changed)
    throw fabricErrors.create("FABRIC_CONFIG_UPDATE_REFUSED", { reason: "no differences detected between original and updated config" });
  return create(common.ConfigUpdateSchema, { channelId, readSet: read, writeSet: write });
}
