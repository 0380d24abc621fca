import { MAX_COMMON_NAME } from "../schema/names.ts";
import type { NetworkFile } from "../schema/network-file.ts";
import type { Finding } from "./finding.ts";
import type { PathPart } from "./path.ts";

/** Reports every value that stands in the list a second time. */
export function duplicates(
  entries: readonly { readonly key: string; readonly parts: readonly PathPart[]; readonly what: string }[],
): Finding[] {
  const seen = new Set<string>();
  const findings: Finding[] = [];
  for (const { key, parts, what } of entries) {
    if (seen.has(key)) findings.push({ parts, rule: "duplicate", message: `${what} is used twice` });
    seen.add(key);
  }
  return findings;
}

/** Every name stands once where it has to, and fits the certificates it goes into. */
export function nameFindings(network: NetworkFile): Finding[] {
  const { organizations, ordering, channels, chaincodes } = network.spec;
  const orgs: { value: { name: string; mspId: string; domain: string }; parts: PathPart[] }[] = [
    { value: ordering.organization, parts: ["spec", "ordering", "organization"] },
    ...organizations.map((value, index) => ({ value, parts: ["spec", "organizations", index] })),
  ];
  const identifiers = (["name", "mspId", "domain"] as const).flatMap((field) =>
    // Folder names differ by more than case on every file system.
    duplicates(orgs.map(({ value, parts }) => ({ key: value[field].toLowerCase(), parts: [...parts, field], what: value[field] }))),
  );
  const nodes = [
    ...ordering.consenters.map((node, index) => ({
      host: `${node.name}.${ordering.organization.domain}`,
      parts: ["spec", "ordering", "consenters", index, "name"] as PathPart[],
    })),
    ...organizations.flatMap((org, o) =>
      org.peers.map((node, p) => ({
        host: `${node.name}.${org.domain}`,
        parts: ["spec", "organizations", o, "peers", p, "name"] as PathPart[],
      })),
    ),
  ];
  return [
    ...identifiers,
    ...duplicates(nodes.map(({ host, parts }) => ({ key: host, parts, what: host }))),
    ...nodes.flatMap(({ host, parts }) => commonName(host, parts)),
    ...organizations.flatMap((org, index) => userFindings(org, index)),
    ...duplicates(channels.map((item, index) => ({ key: item.name, parts: ["spec", "channels", index, "name"], what: item.name }))),
    ...duplicates(
      chaincodes.map((item, index) => ({
        key: `${item.channel}/${item.name}`,
        parts: ["spec", "chaincodes", index, "name"],
        what: item.name,
      })),
    ),
  ];
}

function userFindings(org: NetworkFile["spec"]["organizations"][number], index: number): Finding[] {
  const entries = org.users.map((user, u) => ({
    key: user.toLowerCase(),
    parts: ["spec", "organizations", index, "users", u] as PathPart[],
    what: user,
  }));
  return [
    ...duplicates(entries),
    ...entries
      .filter(({ key }) => key === "admin")
      .map(({ parts }): Finding => ({ parts, rule: "reserved", message: "Admin exists in every organisation already" })),
    ...entries.flatMap(({ what, parts }) => commonName(`${what}@${org.domain}`, parts)),
  ];
}

function commonName(name: string, parts: readonly PathPart[]): Finding[] {
  if (name.length <= MAX_COMMON_NAME) return [];
  return [
    {
      parts,
      rule: "too_large",
      message: `makes ${name}, which is longer than the ${MAX_COMMON_NAME} characters of a certificate's common name`,
    },
  ];
}
