import { clone, create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { common, msp } from "../wire.ts";
import { invalidConfig, readValue } from "./values.ts";

/** The group of an organisation: application's before the orderers'. Throws `FABRIC_CONFIG_INVALID`. */
function organizationGroup(config: common.Config, organization: string): common.ConfigGroup {
  const { Application, Orderer } = config.channelGroup?.groups ?? {};
  const group = [Application, Orderer].find((one) => one !== undefined && Object.hasOwn(one.groups, organization))?.groups[organization];
  if (group === undefined) throw invalidConfig(`it has no organisation ${organization}`);
  return group;
}

/** The MSP that a group states, and the envelope it stands in. Throws `FABRIC_CONFIG_INVALID`. */
function mspOf(group: common.ConfigGroup, organization: string): { readonly outer: msp.MSPConfig; readonly inner: msp.FabricMSPConfig } {
  const outer = readValue(msp.MSPConfigSchema, group, "MSP");
  if (outer === undefined) throw invalidConfig(`${organization} has no MSP`);
  try {
    return { outer, inner: fromBinary(msp.FabricMSPConfigSchema, outer.config) };
  } catch (cause) {
    throw invalidConfig(`the MSP of ${organization} cannot be decoded`, cause);
  }
}

/** The revocation lists, PEM, in an organisation's MSP as a channel states it. Throws `FABRIC_CONFIG_INVALID`. */
export function revocationListsOf(config: common.Config, organization: string): string[] {
  return mspOf(organizationGroup(config, organization), organization).inner.revocationList.map((list) =>
    Buffer.from(list).toString("utf8"),
  );
}

/** A copy of a configuration in which an organisation's MSP has these revocation lists, PEM. Throws `FABRIC_CONFIG_INVALID`. */
export function withRevocationLists(config: common.Config, organization: string, lists: readonly string[]): common.Config {
  const changed = clone(common.ConfigSchema, config);
  const group = organizationGroup(changed, organization);
  const { outer, inner } = mspOf(group, organization);
  inner.revocationList = lists.map((list) => Buffer.from(list));
  outer.config = toBinary(msp.FabricMSPConfigSchema, inner);
  const { modPolicy = "", version = 0n } = group.values["MSP"] ?? {};
  group.values["MSP"] = create(common.ConfigValueSchema, { modPolicy, version, value: toBinary(msp.MSPConfigSchema, outer) });
  return changed;
}
