import type { NetworkChannel, NetworkFile } from "../schema/network-file.ts";
import { aclFindings } from "./acls.ts";
import type { Finding } from "./finding.ts";
import { duplicates } from "./names.ts";
import type { PathPart } from "./path.ts";
import { policyFindings } from "./policy-text.ts";
import { suggestion } from "./suggest.ts";

/** Names Fabric keeps for its own chaincodes (Fabric: core/chaincode/lifecycle, systemChaincodeNames). */
const SYSTEM_CHAINCODES = ["cscc", "escc", "lscc", "qscc", "vscc", "_lifecycle"];

/** Everything that names something else names what is there. */
export function referenceFindings(network: NetworkFile): Finding[] {
  const { channels, chaincodes } = network.spec;
  return [
    ...channels.flatMap((channel, index) => channelFindings(network, channel, ["spec", "channels", index])),
    ...chaincodes.flatMap((chaincode, index) => chaincodeFindings(network, chaincode, ["spec", "chaincodes", index])),
  ];
}

function channelFindings(network: NetworkFile, channel: NetworkChannel, at: readonly PathPart[]): Finding[] {
  const { organizations } = network.spec;
  const names = organizations.map(({ name }) => name);
  const listed = [
    ...channel.members.map((name, index) => ({ name, parts: [...at, "members", index] })),
    ...channel.observers.map((name, index) => ({ name, parts: [...at, "observers", index] })),
  ];
  const observing = new Set(organizations.filter(({ role }) => role === "observer").map(({ name }) => name));
  return [
    ...listed.filter(({ name }) => !names.includes(name)).map(({ name, parts }) => unknown(parts, name, "organisation", names)),
    ...duplicates(listed.map(({ name, parts }) => ({ key: name, parts, what: name }))),
    ...channel.members.flatMap((name, index): Finding[] =>
      observing.has(name)
        ? [
            {
              parts: [...at, "members", index],
              rule: "role",
              message: `${name} is an observer and cannot be a member`,
              suggestion: "list it under observers",
            },
          ]
        : [],
    ),
    ...anchorFindings(network, channel, at),
    ...policies(network, channel, at),
    ...aclFindings(channel, at),
  ];
}

function anchorFindings(network: NetworkFile, channel: NetworkChannel, at: readonly PathPart[]): Finding[] {
  const present = new Set([...channel.members, ...channel.observers]);
  const organizations = network.spec.organizations.filter(({ name }) => present.has(name));
  return (channel.anchorPeers ?? []).flatMap(({ organization, peer }, index): Finding[] => {
    const parts = [...at, "anchorPeers", index];
    const owner = organizations.find(({ name }) => name === organization);
    if (owner === undefined)
      return [
        unknown(
          [...parts, "organization"],
          organization,
          "organisation of the channel",
          organizations.map(({ name }) => name),
        ),
      ];
    const peers = owner.peers.map(({ name }) => name);
    return peers.includes(peer) ? [] : [unknown([...parts, "peer"], peer, `peer of ${organization}`, peers)];
  });
}

function policies(network: NetworkFile, channel: NetworkChannel, at: readonly PathPart[]): Finding[] {
  const known = mspIdsOf(network, channel);
  return (["endorsement", "lifecycleEndorsement"] as const).flatMap((field) => {
    const text = channel.policies[field];
    return text === undefined ? [] : policyFindings(text, [...at, "policies", field], known);
  });
}

function chaincodeFindings(network: NetworkFile, chaincode: NetworkFile["spec"]["chaincodes"][number], at: readonly PathPart[]): Finding[] {
  const channel = network.spec.channels.find(({ name }) => name === chaincode.channel);
  const findings: Finding[] = [];
  if (SYSTEM_CHAINCODES.includes(chaincode.name)) {
    findings.push({ parts: [...at, "name"], rule: "reserved", message: `${chaincode.name} is a system chaincode of Fabric` });
  }
  if (channel === undefined) {
    const names = network.spec.channels.map(({ name }) => name);
    findings.push(unknown([...at, "channel"], chaincode.channel, "channel", names));
  } else if (chaincode.endorsementPolicy !== undefined) {
    findings.push(...policyFindings(chaincode.endorsementPolicy, [...at, "endorsementPolicy"], mspIdsOf(network, channel)));
  }
  return findings;
}

function mspIdsOf(network: NetworkFile, channel: NetworkChannel): string[] {
  const present = new Set([...channel.members, ...channel.observers]);
  return network.spec.organizations.filter(({ name }) => present.has(name)).map(({ mspId }) => mspId);
}

function unknown(parts: readonly PathPart[], name: string, what: string, known: readonly string[]): Finding {
  return { parts, rule: "unknown_reference", message: `names ${name}, but there is no such ${what}`, suggestion: suggestion(name, known) };
}
