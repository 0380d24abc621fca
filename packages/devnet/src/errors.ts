import { defineErrors } from "@heddle/network/errors";

/**
 * Every error that the embedded network shows to people, with a stable code.
 * Texts that clients of real Fabric see are kept as Fabric words them.
 */
export const devnetErrors = defineErrors({
  // Ledger
  DEVNET_LEDGER_EXISTS: {
    status: 409,
    message: "Channel {channel} already has a ledger here.",
    next: "Open the channel instead of creating it, or delete its ledger first.",
  },
  DEVNET_LEDGER_MISSING: {
    status: 404,
    message: "Channel {channel} has no ledger here.",
    next: "Join the channel with its genesis block first.",
  },
  DEVNET_LEDGER_DAMAGED: {
    status: 500,
    message: "The ledger of channel {channel} is damaged: {reason}.",
    next: "Delete the network and create it again, or restore its directory from a copy.",
  },
  DEVNET_LEDGER_CLOSED: {
    status: 503,
    message: "The ledger of channel {channel} is closed.",
    next: "Start the network again.",
  },
  DEVNET_RESET_REFUSED: {
    status: 422,
    message: "Channel {channel} has no block {block}: its last one is {last}.",
    next: "Name a block from 0 to {last}.",
  },
  DEVNET_GENESIS_INVALID: {
    status: 422,
    message: "The genesis block of channel {channel} cannot be used: {reason}.",
    next: "Make the genesis block again from a valid channel description.",
  },
  DEVNET_BLOCK_REJECTED: {
    status: 409,
    message: "Block {block} does not fit on channel {channel}: {reason}.",
    next: "Fetch the blocks again from the orderer, beginning at the ledger's height.",
  },
  // Simulation
  DEVNET_SIMULATION_DONE: {
    status: 409,
    message: "txid [{txId}]: this transaction simulator is already done",
    next: "Send the proposal again.",
  },
  DEVNET_COLLECTIONS_NOT_SUPPORTED: {
    status: 501,
    message:
      "collection {namespace}/{collection} could not be found: private data collections are not supported by the embedded network of this version",
    next: "Use a runtime that runs real Fabric nodes for chaincode with private data.",
  },
  DEVNET_KEY_ENDORSEMENT_NOT_SUPPORTED: {
    status: 501,
    message:
      "txid [{txId}]: state metadata of key [{namespace}:{key}] cannot be written: key-level endorsement is not supported by the embedded network of this version",
    next: "Use a runtime that runs real Fabric nodes for chaincode with key-level endorsement policies.",
  },
  DEVNET_SIMULATION_READ_ONLY: {
    status: 409,
    message: "txid [{txId}]: unsuppored transaction. {reason}",
    next: "Keep paginated queries and writes in separate transactions.",
  },
  DEVNET_PRIVATE_DATA_STALE: {
    status: 409,
    message:
      "private data matching public hash version is not available. Public hash version = {hashVersion}, Private data version = {dataVersion}",
    next: "Send the proposal to a peer of the organization that holds the data.",
  },
  DEVNET_DISCOVERY_NOT_SUPPORTED: {
    status: 501,
    message: "Service discovery is not supported by the embedded network of this version.",
    next: "Use a gateway client (fabric-gateway): the peer plans endorsements itself. Addresses stand in the exported connection profile.",
  },
  DEVNET_SNAPSHOTS_NOT_SUPPORTED: {
    status: 501,
    message: "Ledger snapshots are not supported by the embedded network of this version.",
    next: "Join new peers with the genesis block; they read all blocks.",
  },
  // Process
  DEVNET_CONFIG_INVALID: {
    status: 422,
    message: "The configuration {file} cannot be used: {reason}",
    next: "Correct the file; its shape is DevnetConfig of @heddle/devnet.",
  },
  DEVNET_NODE_FAILED: {
    status: 500,
    message: "The node {node} could not start: {reason}",
    next: "Check that its port is free and that its MSP and TLS files are complete, then start again.",
  },
  DEVNET_CONTROL_FAILED: {
    status: 500,
    message: "The nodes could not be changed: {reason}",
    next: "Read the log of the nodes, then retry the operation.",
  },
  DEVNET_CHANNEL_MISMATCH: {
    status: 409,
    message: "block {block} is not of the channel {channel} that this network has",
    next: "Join with a block of this channel, from its own orderer.",
  },
});
