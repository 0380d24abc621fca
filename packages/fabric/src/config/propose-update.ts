import { clone, create, fromBinary } from "@bufbuild/protobuf";
import { PolicyError, type SignedData } from "../policy/evaluator.ts";
import { common } from "../wire.ts";
import type { ChannelBundle } from "./bundle.ts";
import { configIdProblem, elementKey, indexTree, type PlacedElement } from "./elements.ts";

/** An update that an orderer refuses; the text is Fabric's. */
export class ConfigUpdateError extends Error {
  override readonly name = "ConfigUpdateError";
}

type Elements = ReadonlyMap<string, PlacedElement>;

/**
 * The configuration that follows when the update is applied: versions, policies and signatures are
 * checked as orderers and peers do (Fabric: common/configtx/update.go). Whether the configuration is
 * one that Fabric can work with is for {@link ChannelBundle} to say. Throws {@link ConfigUpdateError}.
 */
export function proposeConfigUpdate(bundle: ChannelBundle, envelope: common.ConfigUpdateEnvelope): common.Config {
  const update = decodeUpdate(envelope);
  if (update.channelId !== bundle.channelId)
    throw new ConfigUpdateError(`ConfigUpdate for channel '${update.channelId}' but envelope for channel '${bundle.channelId}'`);
  const current = indexTree(bundle.root);
  const readSet = prefixed("error mapping ReadSet", () => indexTree(update.readSet));
  prefixed("error validating ReadSet", () => verifyReadSet(readSet, current));
  const writeSet = prefixed("error mapping WriteSet", () => indexTree(update.writeSet));
  const delta = new Map([...writeSet].filter(([key, element]) => readSet.get(key)?.item.version !== element.item.version));
  const signed = signedData(envelope);
  prefixed("error validating DeltaSet", () => verifyDelta(delta, current, bundle, signed));
  const channelGroup = rebuild(new Map([...current, ...delta]));
  return create(common.ConfigSchema, { sequence: BigInt(bundle.sequence) + 1n, channelGroup });
}

function prefixed<Value>(what: string, run: () => Value): Value {
  try {
    return run();
  } catch (cause) {
    throw new ConfigUpdateError(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function decodeUpdate(envelope: common.ConfigUpdateEnvelope): common.ConfigUpdate {
  try {
    return fromBinary(common.ConfigUpdateSchema, envelope.configUpdate);
  } catch (cause) {
    throw new ConfigUpdateError("error unmarshalling ConfigUpdate", { cause });
  }
}

function verifyReadSet(readSet: Elements, current: Elements): void {
  for (const [key, element] of readSet) {
    const existing = current.get(key);
    if (existing === undefined) throw new ConfigUpdateError(`existing config does not contain element for ${key} but was in the read set`);
    if (existing.item.version !== element.item.version) {
      throw new ConfigUpdateError(
        `proposed update requires that key ${key} be at version ${element.item.version}, but it is currently at version ${existing.item.version}`,
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
      throw new ConfigUpdateError("error unmarshalling SignatureHeader", { cause });
    }
  });
}

function verifyDelta(delta: Elements, current: Elements, bundle: ChannelBundle, signed: readonly SignedData[]): void {
  if (delta.size === 0) throw new ConfigUpdateError("delta set was empty -- update would have no effect");
  for (const [key, element] of delta) {
    requireModPolicy(key, element.item.modPolicy);
    const existing = current.get(key);
    const { version } = element.item;
    if (existing === undefined) {
      if (version !== 0n) throw new ConfigUpdateError(`attempted to set key ${key} to version ${version}, but key does not exist`);
    } else if (version === existing.item.version + 1n) {
      requireAllowed(key, existing, bundle, signed);
    } else {
      throw new ConfigUpdateError(`attempt to set key ${key} to version ${version}, but key is at version ${existing.item.version}`);
    }
  }
}

function requireModPolicy(key: string, modPolicy: string): void {
  if (modPolicy === "") throw new ConfigUpdateError(`invalid mod_policy for element ${key}: mod_policy not set`);
  for (const [index, part] of modPolicy.replace(/^\//, "").split("/").entries()) {
    const problem = configIdProblem(part);
    if (problem !== undefined)
      throw new ConfigUpdateError(`invalid mod_policy for element ${key}: path element at ${index} is invalid: ${problem}`);
  }
}

/** Throws unless the signatures satisfy the policy that guards the element as it is now. */
function requireAllowed(key: string, existing: PlacedElement, bundle: ChannelBundle, signed: readonly SignedData[]): void {
  const path = policyPath(existing);
  if (!bundle.policies.has(path)) throw new ConfigUpdateError(`unexpected missing policy ${existing.item.modPolicy} for item ${key}`);
  try {
    bundle.policies.get(path).evaluate(signed);
  } catch (cause) {
    const reason = cause instanceof PolicyError ? cause.message : String(cause);
    throw new ConfigUpdateError(`policy for ${key} not satisfied: ${reason}`, { cause });
  }
}

/** Where the policy that guards an element lies: beside a value or a policy, inside a group. */
function policyPath(element: PlacedElement): string {
  const { modPolicy } = element.item;
  if (modPolicy.startsWith("/")) return modPolicy;
  const groups = element.kind === "Group" ? [...element.path, element.name] : element.path;
  return `/${[...groups, modPolicy].join("/")}`;
}

const ORDERER_CAPABILITIES = elementKey("Value", ["Channel", "Orderer"], "Capabilities");

/**
 * The tree that the elements make: each group says which members it has, and members of a changed group
 * that it does not list are gone. With orderer capabilities an element without mod_policy gets `Admins`,
 * which repairs channels of Fabric 1.0 (common/configtx/configmap.go).
 */
function rebuild(elements: Elements): common.ConfigGroup {
  const repairs = elements.has(ORDERER_CAPABILITIES);
  const repair = <Item extends { modPolicy: string }>(item: Item): Item => {
    if (repairs && item.modPolicy === "") item.modPolicy = "Admins";
    return item;
  };
  const at = (kind: PlacedElement["kind"], path: readonly string[], name: string): PlacedElement => {
    const key = elementKey(kind, path, name);
    const element = elements.get(key);
    if (element === undefined)
      throw new ConfigUpdateError(`could not turn configMap back to channelGroup: missing ${kind.toLowerCase()} at path: ${key}`);
    return element;
  };
  const build = (path: readonly string[], name: string): common.ConfigGroup => {
    const element = at("Group", path, name);
    if (element.kind !== "Group") throw new ConfigUpdateError("the tree is inconsistent");
    const { version, modPolicy, groups, values, policies } = element.item;
    const group = repair(create(common.ConfigGroupSchema, { version, modPolicy }));
    const inner = [...path, name];
    for (const key of Object.keys(groups)) group.groups[key] = build(inner, key);
    for (const key of Object.keys(values)) {
      const value = at("Value", inner, key);
      if (value.kind === "Value") group.values[key] = repair(clone(common.ConfigValueSchema, value.item));
    }
    for (const key of Object.keys(policies)) {
      const policy = at("Policy", inner, key);
      if (policy.kind === "Policy") group.policies[key] = repair(clone(common.ConfigPolicySchema, policy.item));
    }
    return group;
  };
  return build([], "Channel");
}
