import type { SearchHit } from "@heddle/api";
import { wordsOf } from "@heddle/explorer";
import type { ExplorerRepository, IndexedChannel, IndexedTransaction } from "@heddle/store";

/** A prefix of a transaction id, or a block's hash, is told from a word by this many digits. */
const SHORTEST_ID = 6;
const WHOLE_HASH = /^[0-9a-f]{64}$/i;

/** What a text finds on one channel, the most exact first: id, block, chaincode, creator, key, text of a value. */
export async function searchChannel(index: ExplorerRepository, channel: IndexedChannel, text: string, limit: number): Promise<SearchHit[]> {
  const finders = [byId, byBlock, byTerm, byKey, byText];
  const hits: SearchHit[] = [];
  for (const find of finders) {
    if (hits.length >= limit) break;
    hits.push(...(await find(index, channel, text, limit - hits.length)));
    // A whole id or hash that was found can mean nothing else.
    if (hits.length > 0 && WHOLE_HASH.test(text)) break;
  }
  return hits;
}

type Finder = (index: ExplorerRepository, channel: IndexedChannel, text: string, limit: number) => Promise<SearchHit[]>;

const byId: Finder = async (index, { id, channel }, text, limit) => {
  const prefix = text.toLowerCase();
  if (prefix.length < SHORTEST_ID || !/^[0-9a-f]+$/.test(prefix)) return [];
  const found = await index.transactionsByPrefix(id, prefix, limit);
  return found.map((one) => transactionHit("transaction", channel, one, one.id));
};

const byBlock: Finder = async (index, { id, channel }, text) => {
  const number = /^#?(\d{1,15})$/.exec(text)?.[1];
  const hash = WHOLE_HASH.test(text) ? Buffer.from(text, "hex") : undefined;
  const block =
    (number === undefined ? undefined : await index.block(id, Number(number))) ??
    (hash === undefined ? undefined : await index.blockByHash(id, hash));
  if (block === undefined) return [];
  const count = `${block.transactions} transaction${block.transactions === 1 ? "" : "s"}`;
  return [{ kind: "block", channel, title: `Block ${block.number}`, detail: count, block: block.number }];
};

const byTerm: Finder = async (index, { id, channel }, text, limit) => {
  const chaincodes = (await index.terms(id, "chaincode", text, limit)).map((name): SearchHit => ({
    kind: "chaincode",
    channel,
    title: name,
    detail: "chaincode",
    namespace: name,
  }));
  const creators = (await index.terms(id, "creator", text, limit)).map((name): SearchHit => ({
    kind: "creator",
    channel,
    title: name,
    detail: "creator of transactions",
  }));
  return [...chaincodes, ...creators].slice(0, limit);
};

const byKey: Finder = async (index, { id, channel }, text, limit) => {
  const found = await index.keys(id, Buffer.from(text), limit);
  return found.map(({ namespace, key }) => {
    const name = Buffer.from(key).toString("utf8");
    return { kind: "key", channel, title: name, detail: `key of ${namespace}`, namespace, key: name };
  });
};

const byText: Finder = async (index, { id, channel }, text, limit) => {
  const words = [...wordsOf(text)];
  if (words.length === 0) return [];
  const found = await index.texts(id, words, limit);
  const written = Map.groupBy(await index.writes(id, found), placeOf);
  return found.map((one): SearchHit => {
    const holder = (written.get(placeOf(one)) ?? []).find(({ value }) => {
      const own = value === undefined ? new Set<string>() : wordsOf(Buffer.from(value).toString("utf8"));
      return words.every(
        (word, position) => own.has(word) || (position === words.length - 1 && [...own].some((other) => other.startsWith(word))),
      );
    });
    const key = holder === undefined ? undefined : Buffer.from(holder.key).toString("utf8");
    return {
      ...transactionHit("value", channel, one, key ?? one.id),
      ...(holder === undefined || key === undefined ? {} : { namespace: holder.namespace, key }),
    };
  });
};

const placeOf = ({ block, index }: { readonly block: number; readonly index: number }): string => `${block}:${index}`;

function transactionHit(kind: "transaction" | "value", channel: string, transaction: IndexedTransaction, title: string): SearchHit {
  const { block, id, chaincode, function: fn } = transaction;
  const what = chaincode === undefined ? transaction.kind : `${chaincode}${fn === undefined ? "" : ` ${fn}`}`;
  return {
    kind,
    channel,
    title,
    detail: kind === "value" ? `written by ${what} in block ${block}` : `${what} in block ${block}`,
    block,
    transaction: id,
  };
}
