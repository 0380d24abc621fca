import { clone, fromBinary, toBinary } from "@bufbuild/protobuf";
import { fabricErrors } from "../errors.ts";
import { common, msp } from "../wire.ts";

/** The group of an organisation: application's before the orderers'. Throws `FABRIC_CONFIG_INVALID`. */
function organizationGroup(config: common.Config, organization: string): common.ConfigGroup {
  const { Application, Orderer } = config.channelGroup?.groups ?? {};
  const group = Application?.groups[organization] ?? Orderer?.groups[organization];
  if (group === undefined) throw fabricErrors.create("FABRIC_CONFIG_INVALID", { reason: `it has no organisation ${organization}` });
  return group;
}

function mspOf(group: common.ConfigGroup): msp.FabricMSPConfig {
  const { config } = fromBinary(msp.MSPConfigSchema, group.values["MSP"]?.value ?? new Uint8Array());
  return fromBinary(msp.FabricMSPConfigSchema, config);
}

/** The revocation lists, PEM, in an organisation's MSP as a channel states it. Throws `FABRIC_CONFIG_INVALID`. */
export function revocationListsOf(config: common.Config, organization: string): string[] {
  return mspOf(organizationGroup(config, organization)).revocationList.map((list) => Buffer.from(list).toString("utf8"));
}

/** A copy of a configuration in which an organisation's MSP has these revocation lists, PEM. Throws `FABRIC_CONFIG_INVALID`. */
export function withRevocationLists(config: common.Config, organization: string, lists: readonly string[]): common.Config {
  const changed = clone(common.ConfigSchema, config);
  const value = organizationGroup(changed, organization).values["MSP"];
  if (value === undefined) throw fabricErrors.create("FABRIC_CONFIG_INVALID", { reason: `${organization} has no MSP` });
  const outer = fromBinary(msp.MSPConfigSchema, value.value);
  const inner = fromBinary(msp.FabricMSPConfigSchema, outer.config);
  inner.revocationList = lists.map((list) => Buffer.from(list));
  outer.config = toBinary(msp.FabricMSPConfigSchema, inner);
  value.value = toBinary(msp.MSPConfigSchema, outer);
  return changed;
}
