/** What somebody has to be allowed to do. Everything is denied unless a role grants it. */
export const permissions = [
  /** Needs no session: to begin one. */
  "anyone",
  "session.own",
  "accounts.read",
  "accounts.write",
  "server.read",
  "networks.read",
  "networks.write",
  "networks.delete",
  "identities.read",
  "identities.write",
  "identities.export",
  "explorer.read",
  "metrics.read",
  "chaincodes.deploy",
  "transactions.submit",
  "transactions.evaluate",
  "logs.read",
  "operations.read",
  "operations.write",
  "backups.read",
  "backups.write",
] as const;

/** One permission of the contract. */
export type Permission = (typeof permissions)[number];

/** Roles, the most powerful first. */
export const roles = ["owner", "operator", "viewer"] as const;

/** One role. */
export type Role = (typeof roles)[number];

const look = [
  "server.read",
  "networks.read",
  "explorer.read",
  "transactions.evaluate",
  "logs.read",
  "metrics.read",
  "operations.read",
  "backups.read",
  "session.own",
] as const satisfies readonly Permission[];

const operate = [
  "networks.write",
  "networks.delete",
  "chaincodes.deploy",
  "transactions.submit",
  "identities.read",
  "identities.write",
  "identities.export",
  "operations.write",
  "backups.write",
] as const satisfies readonly Permission[];

const own = ["accounts.read", "accounts.write"] as const satisfies readonly Permission[];

/** What each role may do. A permission that stands in none of them is granted to nobody. */
export const permissionsOf: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  owner: new Set<Permission>([...look, ...operate, ...own]),
  operator: new Set<Permission>([...look, ...operate]),
  viewer: new Set<Permission>(look),
};
