import { isHeddleError, type HeddleError } from "@heddle/network";

/** A small right network file, as plain data. */
export function goodFile() {
  return {
    apiVersion: "heddle.dev/v1",
    kind: "Network",
    metadata: { name: "demo" },
    spec: {
      organizations: [{ name: "Org1" }, { name: "Org2" }, { name: "Watch", role: "observer" }],
      channels: [{ name: "main", members: ["Org1", "Org2"], observers: ["Watch"] }],
      chaincodes: [{ name: "asset", channel: "main", source: { scenario: "food-tracing" } }],
    },
  };
}

/** A copy of the right file with the value at `path` replaced, or taken out for `undefined`. */
export function changed(path: readonly (string | number)[], value: unknown): unknown {
  const file: unknown = goodFile();
  let at: unknown = file;
  for (const part of path.slice(0, -1)) {
    const holder = at as Record<string | number, unknown>;
    holder[part] ??= {};
    at = holder[part];
  }
  const last = path.at(-1);
  if (last === undefined) return value;
  const holder = at as Record<string | number, unknown>;
  if (value === undefined) Reflect.deleteProperty(holder, last);
  else holder[last] = value;
  return file;
}

/** The error that `work` throws. */
export function errorOf(work: () => unknown): HeddleError {
  try {
    work();
  } catch (error) {
    if (isHeddleError(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
