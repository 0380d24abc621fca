import { clone, create, fromBinary } from "@bufbuild/protobuf";
import { PolicyError, type SignedData } from "../policy/evaluator.ts";
import { common } from "../wire.ts";
import type { ChannelBundle } from "./bundle.ts";
import { elementKey, indexTree, type PlacedElement } from "./elements.ts";

/** An update that an orderer refuses; the text follows Fabric's. `forbidden` tells a missing signature from a wrong update. */
export class ConfigUpdateError extends Error {
  override readonly name = "ConfigUpdateError";
  readonly forbidden: boolean;

  constructor(message: string, forbidden = false, options?: ErrorOptions) {
    super(message, options);
    this.forbidden = forbidden;
  }
}

/**
 * The configuration that follows when the update is applied: versions, policies and signatures are
 * checked as an orderer does (Fabric: common/configtx/update.go). Throws {@link ConfigUpdateError}.
 */
export function proposeConfigUpdate(bundle: ChannelBundle, envelope: common.ConfigUpdateEnvelope): common.Config {
  const update = decodeUpdate(envelope);
  if (update.channelId !== bundle.channelId) {
    throw new ConfigUpdateError(
      `error validating channelID: attempt to update channel '${bundle.channelId}' with update for '${update.channelId}'`,
    );
  }
  const current = indexTree(bundle.root);
  const readSet = indexTree(update.readSet ?? create(common.ConfigGroupSchema));
  const writeSet = indexTree(update.writeSet ?? create(common.ConfigGroupSchema));
  verifyReadSet(readSet, current);
  const delta = [...writeSet].filter(([key, element]) => readSet.get(key)?.item.version !== element.item.version);
  if (delta.length === 0) throw new ConfigUpdateError("error authorizing update: delta set was empty -- update would have no effect");
  const signed = signedData(envelope);
  for (const [key, element] of delta) verifyElement(key, element, current.get(key), bundle, signed);
  const channelGroup = rebuild(indexResult(current, writeSet, new Set(delta.map(([key]) => key))));
  requireComplete(channelGroup, writeSet);
  return create(common.ConfigSchema, { sequence: BigInt(bundle.sequence) + 1n, channelGroup });
}

function decodeUpdate(envelope: common.ConfigUpdateEnvelope): common.ConfigUpdate {
  try {
    return fromBinary(common.ConfigUpdateSchema, envelope.configUpdate);
  } catch (cause) {
    throw new ConfigUpdateError("error unmarshaling ConfigUpdate", false, { cause });
  }
}

function verifyReadSet(readSet: ReadonlyMap<string, PlacedElement>, current: ReadonlyMap<string, PlacedElement>): void {
  for (const [key, element] of readSet) {
    const existing = current.get(key);
    if (existing === undefined)
      throw new ConfigUpdateError(`error validating ReadSet: existing config does not contain element for ${key} but was in the read set`);
    if (existing.item.version !== element.item.version) {
      throw new ConfigUpdateError(
        `error validating ReadSet: proposed update requires that key ${key} be at version ${element.item.version}, but it is currently at version ${existing.item.version}`,
      );
    }
  }
}

function signedData(envelope: common.ConfigUpdateEnvelope): SignedData[] {
  return envelope.signatures.map(({ signatureHeader, signature }) => {
    try {
      const { creator } = fromBinary(common.SignatureHeaderSchema, signatureHeader);
      return { data: Buffer.concat([signatureHeader, envelope.configUpdate]), identity: creator, signature };
    } catch (cause) {
      throw new ConfigUpdateError("error unmarshaling a signature header", false, { cause });
    }
  });
}

const MOD_POLICY = /^\/?[A-Za-z0-9.-]+(\/[A-Za-z0-9.-]+)*$/;

function verifyElement(
  key: string,
  element: PlacedElement,
  existing: PlacedElement | undefined,
  bundle: ChannelBundle,
  signed: readonly SignedData[],
): void {
  if (element.item.modPolicy === "")
    throw new ConfigUpdateError(`error validating DeltaSet: invalid mod_policy for element ${key}: mod_policy not set`);
  if (!MOD_POLICY.test(element.item.modPolicy))
    throw new ConfigUpdateError(
      `error validating DeltaSet: invalid mod_policy for element ${key}: path element contains illegal characters`,
    );
  if (existing === undefined) {
    if (element.item.version !== 0n) {
      throw new ConfigUpdateError(
        `error validating DeltaSet: attempted to set key ${key} to version ${element.item.version}, but key does not exist`,
      );
    }
    return;
  }
  if (element.item.version !== existing.item.version + 1n) {
    throw new ConfigUpdateError(
      `error validating DeltaSet: attempt to set key ${key} to version ${element.item.version}, but key is at version ${existing.item.version}`,
    );
  }
  const path = policyPath(existing);
  if (!bundle.policies.has(path))
    throw new ConfigUpdateError(`error validating DeltaSet: unexpected missing policy ${existing.item.modPolicy} for item ${key}`);
  try {
    bundle.policies.get(path).evaluate(signed);
  } catch (cause) {
    const reason = cause instanceof PolicyError ? cause.message : String(cause);
    throw new ConfigUpdateError(`error validating DeltaSet: policy for ${key} not satisfied: ${reason}`, true, { cause });
  }
}

/** Where the policy that guards an element lies: beside a value or a policy, inside a group. */
function policyPath(element: PlacedElement): string {
  const { modPolicy } = element.item;
  if (modPolicy.startsWith("/")) return modPolicy;
  const groups = element.kind === "Group" ? [...element.path, element.name] : element.path;
  return `/${[...groups, modPolicy].join("/")}`;
}

/** The elements of the new tree: the current one, with what the delta replaces. Members of a changed group that it does not list are gone. */
function indexResult(
  current: ReadonlyMap<string, PlacedElement>,
  writeSet: ReadonlyMap<string, PlacedElement>,
  changed: ReadonlySet<string>,
): Map<string, PlacedElement> {
  const result = new Map(current);
  for (const key of changed) {
    const element = writeSet.get(key);
    if (element !== undefined) result.set(key, element);
  }
  return result;
}

function rebuild(elements: ReadonlyMap<string, PlacedElement>): common.ConfigGroup {
  const at = (kind: PlacedElement["kind"], path: readonly string[], name: string): PlacedElement => {
    const key = `[${kind}]  /${[...path, name].join("/")}`;
    const element = elements.get(key);
    if (element === undefined) throw new ConfigUpdateError(`error: the key ${key} is not in the configuration`);
    return element;
  };
  const build = (path: readonly string[], name: string): common.ConfigGroup => {
    const element = at("Group", path, name);
    if (element.kind !== "Group") throw new ConfigUpdateError("the tree is inconsistent");
    const group = create(common.ConfigGroupSchema, { version: element.item.version, modPolicy: element.item.modPolicy });
    const inner = [...path, name];
    for (const key of Object.keys(element.item.groups)) group.groups[key] = build(inner, key);
    for (const key of Object.keys(element.item.values)) {
      const value = at("Value", inner, key);
      if (value.kind === "Value") group.values[key] = clone(common.ConfigValueSchema, value.item);
    }
    for (const key of Object.keys(element.item.policies)) {
      const policy = at("Policy", inner, key);
      if (policy.kind === "Policy") group.policies[key] = clone(common.ConfigPolicySchema, policy.item);
    }
    return group;
  };
  return build([], "Channel");
}

function requireComplete(group: common.ConfigGroup, writeSet: ReadonlyMap<string, PlacedElement>): void {
  const result = indexTree(group);
  for (const [key, element] of writeSet) {
    if (!result.has(key)) throw new ConfigUpdateError(`config update applied but key ${elementKey(element)} is not in the result`);
  }
}
