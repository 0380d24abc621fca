import type { ExplorerRepository } from "../explorer-types.ts";
import type { RepositoryContext } from "../internal/context.ts";
import { blockQueries } from "./blocks.ts";
import { appendBlocks, clearChannel, listChannels, openChannel, removeChannel } from "./channels.ts";
import { stateQueries } from "./state.ts";
import { transactionQueries } from "./transactions.ts";

/** The explorer's index over SQL. */
export function createExplorerRepository(context: RepositoryContext): ExplorerRepository {
  return {
    open: (network, channel) => openChannel(context, network, channel),
    channels: (network) => listChannels(context, network),
    append: (channel, batch) => appendBlocks(context, channel, batch),
    clear: (id) => clearChannel(context, id),
    remove: (network, channel) => removeChannel(context, network, channel),
    ...blockQueries(context),
    ...transactionQueries(context),
    ...stateQueries(context),
  };
}
