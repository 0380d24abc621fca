import { isEqual } from "./equal.ts";

/** A thing of either file, with its place. */
export interface Entry<Value> {
  readonly key: string;
  readonly path: string;
  readonly value: Value;
}

/** Things on one side only, and things that both have. */
export interface Matched<Value> {
  readonly added: readonly Entry<Value>[];
  readonly removed: readonly Entry<Value>[];
  readonly kept: readonly { readonly entry: Entry<Value>; readonly before: Value }[];
}

/** Gives every value of a list its key and its path. */
export function entriesOf<Value>(values: readonly Value[], path: string, keyOf: (value: Value) => string): Entry<Value>[] {
  return values.map((value, index) => ({ key: keyOf(value), path: `${path}[${index}]`, value }));
}

/** Matches two lists by key. */
export function match<Value>(current: readonly Entry<Value>[], desired: readonly Entry<Value>[]): Matched<Value> {
  const before = new Map(current.map((entry) => [entry.key, entry]));
  const after = new Set(desired.map(({ key }) => key));
  return {
    added: desired.filter(({ key }) => !before.has(key)),
    removed: current.filter(({ key }) => !after.has(key)),
    kept: desired.flatMap((entry) => {
      const old = before.get(entry.key);
      return old === undefined ? [] : [{ entry, before: old.value }];
    }),
  };
}

/** Names of the fields, among `fields`, in which two values differ. */
export function differences<Value extends object, Key extends keyof Value & string>(
  before: Value,
  after: Value,
  fields: readonly Key[],
): Key[] {
  return fields.filter((field) => !isEqual(before[field], after[field]));
}
