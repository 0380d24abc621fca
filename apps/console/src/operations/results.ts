import type { ImportView, OperationDetail, Proof } from "@heddle/api";
import type { Receipt } from "../proof/receipt.ts";

/** What an operation made known at its end, by what there is to show of it. */
export interface Results {
  /** What a change of a network took away. */
  readonly removed?: Receipt["removed"];
  readonly receipt?: Receipt;
  readonly proof?: Proof;
  /** A chaincode as it was deployed. */
  readonly deployed?: { readonly name: string; readonly channel: string; readonly version: string; readonly sequence: number };
  /** An identity that was issued, or revoked. */
  readonly identity?: { readonly organization: string; readonly user: string; readonly revoked: boolean };
  /** A backup that was made, or restored. */
  readonly backup?:
    | { readonly made: string; readonly bytes: number; readonly paused: number }
    | { readonly restored: string; readonly compared: number };
  /** What an import left out. */
  readonly imported?: { readonly skipped: ImportView["skipped"]; readonly notes: readonly string[] };
  readonly reset?: {
    readonly channel: string;
    readonly block: number;
    /** Chaincodes that were deployed later only. */
    readonly gone: readonly string[];
    /** Chaincodes at an earlier version, whose code is not running any more. */
    readonly withoutCode: readonly string[];
  };
}

type Fields = Readonly<Record<string, unknown>>;

function has<Names extends string>(
  value: Fields,
  names: readonly Names[],
  type: "string" | "number",
): value is Fields & Record<Names, never> {
  return names.every((name) => typeof value[name] === type);
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

function toProof(value: unknown): Proof | undefined {
  return typeof value === "object" && value !== null && "channels" in value && Array.isArray(value.channels) ? (value as Proof) : undefined;
}

function importedOf({ skipped, notes }: Fields): Results {
  return Array.isArray(skipped) ? { imported: { skipped: skipped as ImportView["skipped"], notes: strings(notes) } } : {};
}

function deployedOf(fields: Fields): Results {
  if (!has(fields, ["name", "channel", "version"], "string") || !has(fields, ["sequence"], "number")) return {};
  const { name, channel, version, sequence } = fields;
  return { deployed: { name, channel, version, sequence } };
}

function backupOf(fields: Fields): Results {
  if (!has(fields, ["backup"], "string") || !has(fields, ["bytes", "paused"], "number")) return {};
  const { backup: made, bytes, paused } = fields;
  return { backup: { made, bytes, paused } };
}

function restoredOf(fields: Fields): Results {
  if (!has(fields, ["backup"], "string") || !has(fields, ["compared"], "number")) return {};
  const { backup: restored, compared } = fields;
  return { backup: { restored, compared } };
}

function resetOf(fields: Fields): Results {
  if (!has(fields, ["channel"], "string") || !has(fields, ["block"], "number")) return {};
  const { channel, block } = fields;
  return { reset: { channel, block, gone: strings(fields["gone"]), withoutCode: strings(fields["withoutCode"]) } };
}

function identityOf(fields: Fields, revoked: boolean): Results {
  if (!has(fields, ["organization", "user"], "string")) return {};
  const { organization, user } = fields;
  return { identity: { organization, user, revoked } };
}

/** What there is to show of a kind of operation beside its proof. */
const readers: Readonly<Record<string, (fields: Fields) => Results>> = {
  "chaincode.deploy": deployedOf,
  "identity.issue": (fields) => identityOf(fields, false),
  "identity.revoke": (fields) => identityOf(fields, true),
  "network.backup": backupOf,
  "network.restore": restoredOf,
  "channel.reset": resetOf,
};

/** A deletion says how much is left; a change that removes nodes names what went, beside its proof. */
function isReceipt(fields: Fields): boolean {
  return Array.isArray(fields["removed"]) && has(fields, ["left"], "number");
}

/** Reads an operation's result by its kind. Operations of a later server may say what this console cannot show: then nothing is shown. */
export function resultsOf({ kind, result }: Pick<OperationDetail, "kind" | "result">): Results {
  if (typeof result !== "object" || result === null) return {};
  const fields = result as Fields;
  if (isReceipt(fields)) return { receipt: result as Receipt };
  // The channels that an import has read are no proof.
  if (kind === "network.import") return importedOf(fields);
  const proof = toProof(fields["proof"]) ?? toProof(result);
  const own = Object.hasOwn(readers, kind) ? readers[kind]?.(fields) : undefined;
  const removed = Array.isArray(fields["removed"]) ? { removed: fields["removed"] as Receipt["removed"] } : {};
  return { ...own, ...removed, ...(proof === undefined ? {} : { proof }) };
}
