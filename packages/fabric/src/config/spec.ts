import type { msp } from "../wire.ts";

/** A host and port as clients dial it. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** An orderer that takes part in consensus; certificates PEM. */
export interface ConsenterSpec extends Endpoint {
  readonly mspId: string;
  /** The signing certificate, needed by BFT. */
  readonly identityPem: string;
  readonly clientTlsCertPem: string;
  readonly serverTlsCertPem: string;
}

/** When a block is cut. */
export interface BatchSpec {
  /** Milliseconds from the first waiting transaction. */
  readonly timeoutMs: number;
  readonly maxMessages: number;
  readonly preferredMaxBytes: number;
  readonly absoluteMaxBytes: number;
}

/** How quickly Raft's orderers find a leader; each tick a leader with followers tells them that it lives. */
export interface RaftTiming {
  readonly tickMs: number;
  /** Ticks without a leader after which an orderer stands for election. */
  readonly electionTicks: number;
}

/** An organisation that runs orderers. */
export interface OrdererOrganization {
  readonly name: string;
  readonly mspId: string;
  readonly msp: msp.MSPConfig;
  readonly endpoints: readonly Endpoint[];
}

/** An organisation that shares the channel's ledger. */
export interface ApplicationOrganization {
  readonly name: string;
  readonly mspId: string;
  readonly msp: msp.MSPConfig;
  readonly anchorPeers: readonly Endpoint[];
  /** An observer reads everything and writes nothing, and no majority counts it. Member unless said otherwise. */
  readonly role?: "member" | "observer";
}

/** Everything a new channel's configuration is made of. */
export interface ChannelSpec {
  readonly channelId: string;
  readonly capabilities: { readonly channel: "V2_0" | "V3_0"; readonly orderer: "V2_0"; readonly application: "V2_0" | "V2_5" };
  readonly orderer: {
    readonly type: "etcdraft" | "BFT";
    readonly batch: BatchSpec;
    /** Of etcdraft; ticks of 500 ms and an election after 10 of them when absent, as Fabric's sample configuration has it. */
    readonly raft?: RaftTiming;
    readonly consenters: readonly ConsenterSpec[];
    readonly organizations: readonly OrdererOrganization[];
  };
  readonly application: {
    readonly organizations: readonly ApplicationOrganization[];
    /** Default endorsement of chaincode: a signature policy, or a rule over the members' Endorsement policies. `MAJORITY Endorsement` when absent. */
    readonly endorsement?: string;
    readonly lifecycleEndorsement?: string;
    /** Resource name to policy, such as `peer/Propose`: `/Channel/Application/Readers`. */
    readonly acls?: Readonly<Record<string, string>>;
  };
}
