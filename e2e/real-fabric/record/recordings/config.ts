import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { common, msp, orderer } from "@heddle/fabric/wire";

/** A group below the root, such as `Application/Org1`. Throws when there is none. */
export function groupAt(root: common.ConfigGroup, ...path: readonly string[]): common.ConfigGroup {
  return path.reduce((group, name) => {
    const next = group.groups[name];
    if (next === undefined) throw new Error(`no group ${name}`);
    return next;
  }, root);
}

/** Changes how many messages a block holds. */
export function setMaxMessages(root: common.ConfigGroup, maxMessageCount: number): void {
  const value = groupAt(root, "Orderer").values["BatchSize"];
  if (value === undefined) throw new Error("no BatchSize");
  const size = fromBinary(orderer.BatchSizeSchema, value.value);
  value.value = toBinary(orderer.BatchSizeSchema, create(orderer.BatchSizeSchema, { ...size, maxMessageCount }));
}

/** Changes the rule of a policy over the policies of the groups below. */
export function setMetaRule(group: common.ConfigGroup, policy: string, rule: "ANY" | "ALL" | "MAJORITY"): void {
  const found = group.policies[policy]?.policy;
  if (found === undefined) throw new Error(`no policy ${policy}`);
  const meta = fromBinary(common.ImplicitMetaPolicySchema, found.value);
  meta.rule = common.ImplicitMetaPolicy_Rule[rule];
  found.value = toBinary(common.ImplicitMetaPolicySchema, meta);
}

/** Adds a revocation list, PEM, to the MSP of an organisation's group. */
export function addRevocation(group: common.ConfigGroup, list: string): void {
  const value = group.values["MSP"];
  if (value === undefined) throw new Error("no MSP");
  const outer = fromBinary(msp.MSPConfigSchema, value.value);
  const inner = fromBinary(msp.FabricMSPConfigSchema, outer.config);
  inner.revocationList.push(Buffer.from(list));
  outer.config = toBinary(msp.FabricMSPConfigSchema, inner);
  value.value = toBinary(msp.MSPConfigSchema, outer);
}
