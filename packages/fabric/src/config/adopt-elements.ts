import { clone } from "@bufbuild/protobuf";
import { common } from "../wire.ts";
import { copyGroup, samePolicy, sameValue } from "./elements.ts";
import { invalidConfig } from "./values.ts";

/** A value, a policy or a group of a configuration by its place; of a group only whether it is there. */
export interface ElementPlace {
  /** Names of the groups from below the channel's down to the one that holds it, such as `["Application", "Org1"]`. */
  readonly groups: readonly string[];
  readonly kind: "value" | "policy" | "group";
  readonly name: string;
}

function groupAt(root: common.ConfigGroup | undefined, names: readonly string[]): common.ConfigGroup {
  let at = root;
  for (const name of names) at = at !== undefined && Object.hasOwn(at.groups, name) ? at.groups[name] : undefined;
  if (at === undefined) throw invalidConfig(`it has no group ${["Channel", ...names].join("/")}`);
  return at;
}

/** Where the two trees differ, among the places given; versions count for nothing. Throws `FABRIC_CONFIG_INVALID` for a group that either lacks. */
export function differingElements(
  one: common.ConfigGroup | undefined,
  other: common.ConfigGroup | undefined,
  places: readonly ElementPlace[],
): ElementPlace[] {
  return places.filter(({ groups, kind, name }) => {
    const [left, right] = [groupAt(one, groups), groupAt(other, groups)];
    if (kind === "group") return Object.hasOwn(left.groups, name) !== Object.hasOwn(right.groups, name);
    if (kind === "value") {
      const [a, b] = [left.values[name], right.values[name]];
      return a === undefined || b === undefined ? a !== b : !sameValue(a, b);
    }
    const [a, b] = [left.policies[name], right.policies[name]];
    return a === undefined || b === undefined ? a !== b : !samePolicy(a, b);
  });
}

/**
 * A copy of a configuration that has the elements at these places as another tree has them, those it lacks taken
 * out; the very same configuration where nothing differs. Versions are left to `computeConfigUpdate`.
 * Throws `FABRIC_CONFIG_INVALID` for a group that either lacks.
 */
export function adoptElements(config: common.Config, wanted: common.ConfigGroup, places: readonly ElementPlace[]): common.Config {
  const differing = differingElements(config.channelGroup, wanted, places);
  if (differing.length === 0) return config;
  const changed = clone(common.ConfigSchema, config);
  const source = copyGroup(wanted);
  for (const { groups, kind, name } of differing) {
    const [to, from] = [groupAt(changed.channelGroup, groups), groupAt(source, groups)];
    if (kind === "group") replace(to.groups, from.groups, name);
    else if (kind === "value") replace(to.values, from.values, name);
    else replace(to.policies, from.policies, name);
  }
  return changed;
}

/** Puts the entry of one record into another in place of its own, whose version it keeps. */
function replace<Entry extends { version: bigint }>(to: Record<string, Entry>, from: Readonly<Record<string, Entry>>, name: string): void {
  const entry = from[name];
  if (entry === undefined) Reflect.deleteProperty(to, name);
  else to[name] = Object.assign(entry, { version: to[name]?.version ?? 0n });
}
