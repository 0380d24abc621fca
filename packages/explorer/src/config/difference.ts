import { isDeepStrictEqual } from "node:util";
import type { ConfigElement } from "./tree.ts";
import { describeChange } from "./words.ts";

/** A difference between two configurations. */
export interface ConfigDifference {
  readonly action: "added" | "removed" | "changed";
  readonly kind: ConfigElement["kind"];
  /** Names from `Channel` down, with `/` between them. */
  readonly path: string;
  /** In words. */
  readonly summary: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** What differs between two trees, in the order of the tree. Versions follow from changes and are none themselves. */
export function configDifference(before: ConfigElement, after: ConfigElement): ConfigDifference[] {
  return compare(before, after, before.name);
}

function compare(before: ConfigElement, after: ConfigElement, path: string): ConfigDifference[] {
  const changes: ConfigDifference[] = [];
  if (before.kind !== "group" && !isDeepStrictEqual(before.value, after.value)) changes.push(change("changed", before, after, path));
  if (before.modPolicy !== after.modPolicy) {
    changes.push({
      action: "changed",
      kind: before.kind,
      path,
      summary: `Who may change ${path}: ${before.modPolicy} → ${after.modPolicy}`,
      before: before.modPolicy,
      after: after.modPolicy,
    });
  }
  const key = ({ kind, name }: ConfigElement): string => `${kind} ${name}`;
  const old = new Map((before.children ?? []).map((child) => [key(child), child]));
  const current = new Map((after.children ?? []).map((child) => [key(child), child]));
  for (const [name, child] of current) {
    const known = old.get(name);
    const childPath = `${path}/${child.name}`;
    changes.push(...(known === undefined ? [change("added", undefined, child, childPath)] : compare(known, child, childPath)));
  }
  for (const [name, child] of old) if (!current.has(name)) changes.push(change("removed", child, undefined, `${path}/${child.name}`));
  return changes;
}

function change(
  action: ConfigDifference["action"],
  before: ConfigElement | undefined,
  after: ConfigElement | undefined,
  path: string,
): ConfigDifference {
  const kind = (after ?? before)?.kind ?? "value";
  return {
    action,
    kind,
    path,
    summary: describeChange(action, path, kind, before?.value, after?.value),
    ...(before?.value === undefined ? {} : { before: before.value }),
    ...(after?.value === undefined ? {} : { after: after.value }),
  };
}
