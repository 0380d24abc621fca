import { common, msp, peer } from "../wire.ts";
import { configGroup, configValue, groupsByName, metaPolicy, policyFromText, requireSpec, signaturePolicy } from "./groups.ts";
import type { ApplicationOrganization, ChannelSpec } from "./spec.ts";

const READERS = "/Channel/Application/Readers";

/** The Application group of a new channel (Fabric: internal/configtxgen/encoder). */
export function applicationGroup(spec: ChannelSpec): common.ConfigGroup {
  const { organizations, endorsement, lifecycleEndorsement } = spec.application;
  const members = organizations.filter((organization) => organization.role !== "observer");
  requireSpec(members.length > 0, "the channel needs at least one member organisation");
  const observed = members.length < organizations.length;
  // A majority rule counts every group; with observers among them the members are named instead.
  const majority = (role: "peer" | "admin", subPolicy: string): common.ConfigPolicy =>
    observed ? signaturePolicy(majorityOf(members, role)) : metaPolicy("MAJORITY", subPolicy);
  const chosen = (text: string | undefined): common.ConfigPolicy =>
    text === undefined || /^\s*MAJORITY\s+Endorsement\s*$/.test(text) ? majority("peer", "Endorsement") : policyFromText(text);
  // Evaluating is reading: an observer may, although it is no writer.
  const acls = { ...(observed ? { "peer/Propose": READERS } : {}), ...spec.application.acls };
  return configGroup({
    groups: groupsByName(organizations, organizationGroup),
    values: {
      Capabilities: configValue(common.CapabilitiesSchema, { capabilities: { [spec.capabilities.application]: {} } }),
      ...(Object.keys(acls).length === 0 ? {} : { ACLs: aclValue(acls) }),
    },
    policies: {
      Readers: metaPolicy("ANY", "Readers"),
      Writers: metaPolicy("ANY", "Writers"),
      Admins: majority("admin", "Admins"),
      Endorsement: chosen(endorsement),
      LifecycleEndorsement: chosen(lifecycleEndorsement),
    },
  });
}

function aclValue(acls: Readonly<Record<string, string>>): common.ConfigValue {
  return configValue(peer.ACLsSchema, {
    acls: Object.fromEntries(Object.entries(acls).map(([resource, policyRef]) => [resource, { policyRef }])),
  });
}

function majorityOf(members: readonly ApplicationOrganization[], role: "peer" | "admin"): string {
  const principals = members.map((member) => `'${member.mspId}.${role}'`).join(", ");
  return `OutOf(${Math.floor(members.length / 2) + 1}, ${principals})`;
}

function organizationGroup(organization: ApplicationOrganization): common.ConfigGroup {
  const { mspId, anchorPeers } = organization;
  const observer = organization.role === "observer";
  const nobody = (): common.ConfigPolicy => signaturePolicy(`OutOf(2, '${mspId}.admin')`);
  return configGroup({
    values: {
      MSP: configValue(msp.MSPConfigSchema, organization.msp),
      ...(anchorPeers.length === 0
        ? {}
        : { AnchorPeers: configValue(peer.AnchorPeersSchema, { anchorPeers: anchorPeers.map(({ host, port }) => ({ host, port })) }) }),
    },
    policies: {
      Readers: signaturePolicy(`OR('${mspId}.admin', '${mspId}.peer', '${mspId}.client')`),
      Writers: observer ? nobody() : signaturePolicy(`OR('${mspId}.admin', '${mspId}.client')`),
      Admins: signaturePolicy(`OR('${mspId}.admin')`),
      Endorsement: observer ? nobody() : signaturePolicy(`OR('${mspId}.peer')`),
    },
  });
}
