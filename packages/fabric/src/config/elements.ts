import { clone, create, equals } from "@bufbuild/protobuf";
import { common } from "../wire.ts";

/** Longest name of an element, as of a channel (Fabric: common/configtx/validator.go). */
const MAX_ID_LENGTH = 249;

/** Why a name cannot stand in a configuration tree, in Fabric's words; undefined when it can. A slash, above all, would make two places one. */
export function configIdProblem(name: string): string | undefined {
  if (name === "") return "config ID illegal, cannot be empty";
  if (name.length > MAX_ID_LENGTH) return `config ID illegal, cannot be longer than ${MAX_ID_LENGTH}`;
  if (name === "." || name === "..") return `name '${name}' for config ID is not allowed`;
  return /^[a-zA-Z0-9.-]+$/.test(name) ? undefined : `config ID '${name}' contains illegal characters`;
}

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

const KEY_PREFIX = { Group: "[Group]  ", Value: "[Value]  ", Policy: "[Policy] " } as const;

/** The key Fabric gives an element: kind and full path, such as `[Group]  /Channel/Application` (common/configtx/configmap.go). */
export function elementKey(kind: PlacedElement["kind"], path: readonly string[], name: string): string {
  return `${KEY_PREFIX[kind]}/${[...path, name].join("/")}`;
}

/** Every element of a tree by its key; none of no tree. Throws RangeError for a name that Fabric does not take. */
export function indexTree(root: common.ConfigGroup | undefined): Map<string, PlacedElement> {
  const found = new Map<string, PlacedElement>();
  if (root === undefined) return found;
  const put = (element: PlacedElement): void => {
    const problem = configIdProblem(element.name);
    if (problem !== undefined) throw new RangeError(`illegal characters in key: ${KEY_PREFIX[element.kind]}: ${problem}`);
    found.set(elementKey(element.kind, element.path, element.name), element);
  };
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
