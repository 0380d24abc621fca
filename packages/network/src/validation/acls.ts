import type { NetworkChannel } from "../schema/network-file.ts";
import type { Finding } from "./finding.ts";
import type { PathPart } from "./path.ts";
import { suggestion } from "./suggest.ts";

/** What a channel's configuration can guard otherwise than Fabric does (Fabric: core/aclmgmt/defaultaclprovider.go, channel resources). */
const RESOURCES = [
  "_lifecycle/CommitChaincodeDefinition",
  "_lifecycle/QueryChaincodeDefinition",
  "_lifecycle/QueryChaincodeDefinitions",
  "_lifecycle/CheckCommitReadiness",
  "qscc/GetChainInfo",
  "qscc/GetBlockByNumber",
  "qscc/GetBlockByHash",
  "qscc/GetTransactionByID",
  "qscc/GetBlockByTxID",
  "cscc/GetConfigBlock",
  "cscc/GetChannelConfig",
  "peer/Propose",
  "peer/ChaincodeToChaincode",
  "event/Block",
  "event/FilteredBlock",
  "gateway/CommitStatus",
  "gateway/ChaincodeEvents",
];

const ROLES = ["Readers", "Writers", "Admins"];

/** Every ACL names a resource that Fabric has and a policy that the channel has. */
export function aclFindings({ acls, members, observers }: NetworkChannel, at: readonly PathPart[]): Finding[] {
  const application = [...ROLES, "Endorsement", "LifecycleEndorsement"].map((name) => `/Channel/Application/${name}`);
  const organizations = [...members, ...observers].flatMap((name) =>
    [...ROLES, "Endorsement"].map((role) => `/Channel/Application/${name}/${role}`),
  );
  const policies = [...application, ...ROLES.map((name) => `/Channel/${name}`), ...organizations];
  return Object.entries(acls ?? {}).flatMap(([resource, policy]): Finding[] => {
    const parts = [...at, "acls", resource];
    if (!RESOURCES.includes(resource))
      return [
        {
          parts,
          rule: "unknown_reference",
          message: `names ${resource}, but Fabric has no such resource of channels`,
          suggestion: suggestion(resource, RESOURCES),
        },
      ];
    if (policies.includes(policy)) return [];
    const message = `names the policy ${policy}, which the channel does not have`;
    return [{ parts, rule: "unknown_reference", message, suggestion: suggestion(policy, policies) }];
  });
}
