import { defineErrors } from "@heddle/network";

/** Errors of the explorer. */
export const explorerErrors = defineErrors({
  EXPLORER_CHANNEL_NOT_FOUND: {
    status: 404,
    message: "The explorer knows no channel {channel} of network {network}.",
    next: "See the channels of the network; a new one is indexed within seconds.",
  },
  EXPLORER_BLOCK_NOT_FOUND: {
    status: 404,
    message: "Channel {channel} has no block {block} in the index.",
    next: "Ask for a lower number, or wait until the index has caught up.",
  },
  EXPLORER_CONFIG_BLOCK_NEEDED: {
    status: 422,
    message: "Block {block} of channel {channel} holds no configuration.",
    next: "Name one of the config blocks: {known}.",
  },
  EXPLORER_TRANSACTION_NOT_FOUND: {
    status: 404,
    message: "Channel {channel} has no transaction {transaction} in the index.",
    next: "Check the id, or wait until the index has caught up.",
  },
});
