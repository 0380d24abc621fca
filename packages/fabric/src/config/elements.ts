import { clone, create, equals } from "@bufbuild/protobuf";
import { common } from "../wire.ts";

/** Everything that can stand in a configuration tree. */
export type ConfigElement =
  | { readonly kind: "Group"; readonly item: common.ConfigGroup }
  | { readonly kind: "Value"; readonly item: common.ConfigValue }
  | { readonly kind: "Policy"; readonly item: common.ConfigPolicy };

/** One element with its place in the tree. */
export type PlacedElement = ConfigElement & {
  /** Names from `Channel` down to the group that holds it. */
  readonly path: readonly string[];
  readonly name: string;
};

/** The key Fabric gives an element: kind and full path, such as `[Group]  /Channel/Application` (common/configtx/configmap.go). */
export function elementKey(element: PlacedElement): string {
  return `[${element.kind}]  /${[...element.path, element.name].join("/")}`;
}

/** Every element of a tree by its key. */
export function indexTree(root: common.ConfigGroup): Map<string, PlacedElement> {
  const found = new Map<string, PlacedElement>();
  const put = (element: PlacedElement): void => void found.set(elementKey(element), element);
  const visit = (path: readonly string[], name: string, group: common.ConfigGroup): void => {
    put({ kind: "Group", item: group, path, name });
    const inner = [...path, name];
    for (const [key, item] of Object.entries(group.groups)) visit(inner, key, item);
    for (const [key, item] of Object.entries(group.values)) put({ kind: "Value", item, path: inner, name: key });
    for (const [key, item] of Object.entries(group.policies)) put({ kind: "Policy", item, path: inner, name: key });
  };
  visit([], "Channel", root);
  return found;
}

/** Whether two values mean the same, whatever their versions. */
export function sameValue(a: common.ConfigValue, b: common.ConfigValue): boolean {
  return a.modPolicy === b.modPolicy && Buffer.compare(a.value, b.value) === 0;
}

/** Whether two policies mean the same, whatever their versions. */
export function samePolicy(a: common.ConfigPolicy, b: common.ConfigPolicy): boolean {
  if (a.modPolicy !== b.modPolicy || (a.policy === undefined) !== (b.policy === undefined)) return false;
  return a.policy === undefined || b.policy === undefined || equals(common.PolicySchema, a.policy, b.policy);
}

/** A group without its content, at a version. */
export function bareGroup(version: bigint, modPolicy = ""): common.ConfigGroup {
  return create(common.ConfigGroupSchema, { version, modPolicy });
}

/** A deep copy. */
export function copyGroup(group: common.ConfigGroup): common.ConfigGroup {
  return clone(common.ConfigGroupSchema, group);
}
