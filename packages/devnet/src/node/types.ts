import type { LocalSigningIdentity, MspManager } from "@heddle/fabric";
import type { Logger } from "pino";
import type { ChaincodeRuntime } from "../chaincode/runtime.ts";
import type { PackageStore } from "../chaincode/package-store.ts";
import type { ChannelLedger } from "../ledger/ledger.ts";

/** What every virtual node has. */
interface NodeContext {
  /** Such as `peer0.org1.example.com`. */
  readonly name: string;
  readonly mspId: string;
  /** `host:port` as clients dial it. */
  readonly address: string;
  readonly identity: LocalSigningIdentity;
  /** The node's own organisation, for requests that belong to no channel. */
  readonly localMsp: MspManager;
  readonly clock: () => Date;
  readonly logger: Logger;
}

/** One virtual peer: what differs between the peers of a process. */
export interface PeerContext extends NodeContext {
  /** Channels this peer has joined. */
  readonly channels: ReadonlyMap<string, ChannelLedger>;
  /** Joins the channel of a config block. Throws when it cannot or has already. */
  joinChannel(block: Uint8Array): void;
  /** Serves a channel no longer; nothing where it is not joined. */
  leaveChannel(channelId: string): void;
  readonly packages: PackageStore;
  readonly chaincode: ChaincodeRuntime;
}

/** One virtual orderer. */
export interface OrdererContext extends NodeContext {
  readonly channels: ReadonlyMap<string, ChannelLedger>;
  /** Whether it takes part in ordering a channel that it has, or follows it only. */
  readonly isConsenter: (ledger: ChannelLedger) => boolean;
}
