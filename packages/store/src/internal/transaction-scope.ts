import { AsyncLocalStorage } from "node:async_hooks";
import type { KyselyPlugin, PluginTransformQueryArgs, PluginTransformResultArgs, QueryResult, RootOperationNode, UnknownRow } from "kysely";

/**
 * Refuses queries that go around the transaction they are made in. SQLite has one
 * connection, which the transaction holds: such a query, and every one after it,
 * would wait for ever. On PostgreSQL it would not see what the transaction wrote.
 */
export class TransactionScope implements KyselyPlugin {
  readonly #open = new AsyncLocalStorage<{ over: boolean }>();

  /** Runs the work of one transaction. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const transaction = { over: false };
    try {
      return await this.#open.run(transaction, work);
    } finally {
      transaction.over = true;
    }
  }

  /** Throws where a transaction is open around the caller. */
  refuse(): void {
    if (this.#open.getStore()?.over === false) {
      throw new TypeError("a query goes around the transaction it is made in: use the repositories that the transaction was given");
    }
  }

  transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    this.refuse();
    return node;
  }

  transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return Promise.resolve(result);
  }
}
