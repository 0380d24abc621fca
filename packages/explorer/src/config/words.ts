import type { ConfigElement } from "./tree.ts";

type Action = "added" | "removed" | "changed";

/** What a change of the configuration means, in a line. */
export function describeChange(action: Action, path: string, kind: ConfigElement["kind"], before: unknown, after: unknown): string {
  const names = path.split("/");
  const name = names.at(-1) ?? path;
  const owner = names.at(-2) ?? "";
  if (kind === "group") return describeGroup(action, name, owner);
  if (kind === "policy") {
    if (action === "changed") return `Policy ${name} of ${owner}: ${text(before)} → ${text(after)}`;
    return `Policy ${name} of ${owner} is ${action}: ${text(after ?? before)}`;
  }
  if (action !== "changed") return `${sentence(name)} of ${owner} ${name.endsWith("s") ? "are" : "is"} ${action}`;
  if (name === "MSP") return `${owner}'s MSP: ${describeMsp(before, after)}`;
  return `${sentence(name)} of ${owner}: ${describeFields(before, after)}`;
}

function describeGroup(action: Action, name: string, owner: string): string {
  const place = { Application: "the application", Orderer: "the ordering service" }[owner] ?? owner;
  if (action === "added") return `${name} joins ${place}`;
  return action === "removed" ? `${name} leaves ${place}` : `${name} of ${place} changes`;
}

const lists: Readonly<Record<string, string>> = {
  rootCertificates: "root certificate",
  intermediateCertificates: "intermediate certificate",
  administrators: "administrator certificate",
  tlsRootCertificates: "TLS root certificate",
  tlsIntermediateCertificates: "TLS intermediate certificate",
  revocationLists: "revocation list",
};

function describeMsp(before: unknown, after: unknown): string {
  const [old, current] = [record(before), record(after)];
  const parts = Object.entries(lists).flatMap(([field, noun]) => {
    const gone = without(old[field], current[field]).length;
    const come = without(current[field], old[field]).length;
    return [count(come, noun, "added"), count(gone, noun, "removed")].filter((part) => part !== "");
  });
  if (old["nodeOus"] !== current["nodeOus"]) parts.push(`NodeOUs ${current["nodeOus"] === true ? "on" : "off"}`);
  return parts.length === 0 ? "changes" : parts.join(", ");
}

function without(list: unknown, other: unknown): unknown[] {
  const known = new Set((Array.isArray(other) ? (other as unknown[]) : []).map(text));
  return (Array.isArray(list) ? (list as unknown[]) : []).filter((item) => !known.has(text(item)));
}

function count(number: number, noun: string, verb: string): string {
  return number === 0 ? "" : `${number} ${noun}${number === 1 ? "" : "s"} ${verb}`;
}

function describeFields(before: unknown, after: unknown): string {
  if (Array.isArray(before) && Array.isArray(after)) {
    const parts = [...without(after, before).map((item) => `+ ${text(item)}`), ...without(before, after).map((item) => `- ${text(item)}`)];
    return parts.length === 0 ? "in another order" : parts.join(", ");
  }
  const [old, current] = [record(before), record(after)];
  const fields = [...new Set([...Object.keys(old), ...Object.keys(current)])].filter((field) => text(old[field]) !== text(current[field]));
  return fields.map((field) => `${words(field)} ${text(old[field])} → ${text(current[field])}`).join(", ");
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string {
  if (value === undefined) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** `maxMessageCount` as `max message count`. */
function words(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`);
}

/** `BatchSize` as `Batch size`. */
function sentence(name: string): string {
  return words(name).replace(/^./, (first) => first.toUpperCase());
}
