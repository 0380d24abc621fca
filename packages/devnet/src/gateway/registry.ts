import type { common } from "@heddle/fabric/wire";
import type { Expectations } from "../orderer/expectations.ts";
import type { EndorsingPeer } from "./endorsers.ts";

/** What a gateway has to know of the network around it. */
export interface GatewayNetwork {
  /** How long another peer may take to endorse. */
  readonly endorsementTimeoutMs: number;
  /** Peers that have joined a channel. */
  peers(channelId: string): readonly EndorsingPeer[];
  /** Where the orderers of a channel hear what is being endorsed; undefined when there are none. */
  expectations(channelId: string): Expectations | undefined;
  /** Orderers that have joined a channel, and how to send them an envelope. The answer is gRPC's or the orderer's. */
  orderers(
    channelId: string,
  ): ReadonlyArray<{ readonly address: string; readonly mspId: string; readonly submit: (envelope: common.Envelope) => void }>;
}
