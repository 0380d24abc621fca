/** What a change is about. */
export type ChangeKind = "network" | "organization" | "user" | "peer" | "ordering" | "orderer" | "channel" | "chaincode";

/** One difference between a network and what its file asks for. */
export interface Change {
  readonly action: "create" | "update" | "delete";
  readonly kind: ChangeKind;
  /** Where it stands in the wanted file, or in the current one where it is to go. */
  readonly path: string;
  /** Name of the thing. */
  readonly name: string;
  /** The change in words. */
  readonly summary: string;
  /** Whether this version can make the change on a running network. */
  readonly supported: boolean;
}

/** All differences, in the order in which they would be made. */
export interface NetworkPlan {
  readonly changes: readonly Change[];
  readonly empty: boolean;
}
