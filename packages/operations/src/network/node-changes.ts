import { nodesOf, type NetworkFile, type NetworkOrganization, type NodeSpec } from "@heddle/network";

/** What of a network comes and goes from one file to another. */
export interface NodeChanges {
  readonly added: readonly NodeSpec[];
  readonly removed: readonly NodeSpec[];
  /** Organisations that come, with all their nodes. */
  readonly founded: readonly NetworkOrganization[];
  /** Names of organisations that go. */
  readonly dissolved: readonly string[];
}

/** The nodes and organisations in which two files differ. */
export function nodeChanges(from: NetworkFile, to: NetworkFile): NodeChanges {
  const only = (one: NetworkFile, other: NetworkFile): NodeSpec[] => {
    const known = new Set(nodesOf(other).map(({ name }) => name));
    return nodesOf(one).filter(({ name }) => !known.has(name));
  };
  const [before, after] = [from, to].map(({ spec }) => new Set(spec.organizations.map(({ name }) => name)));
  return {
    added: only(to, from),
    removed: only(from, to),
    founded: to.spec.organizations.filter(({ name }) => before?.has(name) === false),
    dissolved: from.spec.organizations.map(({ name }) => name).filter((name) => after?.has(name) === false),
  };
}

/** Names as people list them; beyond three, how many more. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(", ");
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
