import type { common } from "@heddle/fabric/wire";
import { policyText } from "./policies.ts";
import { viewValue } from "./values.ts";

/** One element of a channel configuration, for people. */
export interface ConfigElement {
  readonly kind: "group" | "value" | "policy";
  readonly name: string;
  readonly version: number;
  readonly modPolicy: string;
  /** Content of a value or text of a policy. */
  readonly value?: unknown;
  readonly children?: readonly ConfigElement[];
}

function byName<Item>(entries: Readonly<Record<string, Item>>): [string, Item][] {
  return Object.entries(entries).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** A channel configuration as a readable tree: groups before values before policies, each by name. */
export function configTree(root: common.ConfigGroup, name = "Channel"): ConfigElement {
  return {
    kind: "group",
    name,
    version: Number(root.version),
    modPolicy: root.modPolicy,
    children: [
      ...byName(root.groups).map(([key, group]) => configTree(group, key)),
      ...byName(root.values).map(([key, { version, modPolicy, value }]): ConfigElement => ({
        kind: "value",
        name: key,
        version: Number(version),
        modPolicy,
        value: viewValue(key, value),
      })),
      ...byName(root.policies).map(([key, { version, modPolicy, policy }]): ConfigElement => ({
        kind: "policy",
        name: key,
        version: Number(version),
        modPolicy,
        value: policyText(policy),
      })),
    ],
  };
}
