import { randomBytes } from "node:crypto";
import { storeErrors } from "../errors.ts";
import type { KeyStore, SealedDataKey, SealedKeys, Store } from "../types.ts";
import type { MasterKeyProvider } from "./master-key.ts";
import { KEY_BYTES, open, seal } from "./seal.ts";

/**
 * Keys of networks, sealed with envelope encryption: each network has a data key
 * (AES-256-GCM), sealed under the master key. Without its data key, which
 * {@link KeyStore.deleteFor} destroys, nothing of a network can be opened again.
 */
export function openKeyStore(store: Store, master: MasterKeyProvider): KeyStore {
  // Opened data keys by the bytes they were sealed as: one that another server replaced is never used.
  const opened = new Map<string, { sealed: Uint8Array; key: Buffer }>();

  const openDataKey = async (row: SealedDataKey): Promise<Buffer> => {
    const known = opened.get(row.network);
    if (known !== undefined && Buffer.compare(known.sealed, row.sealed) === 0) return known.key;
    if (row.masterKeyId !== master.id) {
      throw storeErrors.create("STORE_MASTER_KEY_MISMATCH", { network: row.network, expected: row.masterKeyId, actual: master.id });
    }
    try {
      const key = Buffer.from(await master.unwrap(row.sealed, `data-key\0${row.network}`));
      opened.set(row.network, { sealed: row.sealed, key });
      return key;
    } catch (cause) {
      throw storeErrors.create("STORE_SECRET_DAMAGED", { network: row.network, name: "data key" }, { cause });
    }
  };

  const ensureDataKey = async (network: string): Promise<Buffer> => {
    const row = await store.secrets.dataKey(network);
    if (row !== undefined) return openDataKey(row);
    const sealed = await master.wrap(randomBytes(KEY_BYTES), `data-key\0${network}`);
    await store.secrets.insertDataKey({ network, masterKeyId: master.id, sealed });
    // Another server may have been first; its key is the one that was kept.
    const kept = await store.secrets.dataKey(network);
    if (kept === undefined) throw storeErrors.create("STORE_SECRET_DAMAGED", { network, name: "data key" });
    return openDataKey(kept);
  };

  const find = async (network: string, name: string): Promise<string | undefined> => {
    const secret = await store.secrets.get(network, name);
    if (secret === undefined) return undefined;
    const row = await store.secrets.dataKey(network);
    if (row === undefined) return undefined;
    const key = await openDataKey(row);
    try {
      return open(key, secret.sealed, contextOf(network, name)).toString("utf8");
    } catch (cause) {
      throw storeErrors.create("STORE_SECRET_DAMAGED", { network, name }, { cause });
    }
  };

  const putAll = async (network: string, secrets: ReadonlyMap<string, string | Uint8Array>): Promise<void> => {
    const key = await ensureDataKey(network);
    await store.secrets.put(
      [...secrets].map(([name, secret]) => ({
        network,
        name,
        sealed: seal(key, typeof secret === "string" ? Buffer.from(secret, "utf8") : secret, contextOf(network, name)),
      })),
    );
  };

  const sealed = async (network: string): Promise<SealedKeys> => {
    const row = await store.secrets.dataKey(network);
    if (row === undefined) throw storeErrors.create("STORE_SECRET_NOT_FOUND", { network, name: "data key" });
    const secrets: Record<string, string> = {};
    for (const name of await store.secrets.names(network)) {
      const secret = await store.secrets.get(network, name);
      if (secret !== undefined) secrets[name] = Buffer.from(secret.sealed).toString("base64");
    }
    return { network, masterKeyId: row.masterKeyId, dataKey: Buffer.from(row.sealed).toString("base64"), secrets };
  };

  const openSealed = async (keys: SealedKeys): Promise<Map<string, Buffer>> => {
    const { network: origin, masterKeyId } = keys;
    if (masterKeyId !== master.id)
      throw storeErrors.create("STORE_MASTER_KEY_MISMATCH", { network: origin, expected: masterKeyId, actual: master.id });
    let name = "data key";
    const secrets = new Map<string, Buffer>();
    try {
      const key = Buffer.from(await master.unwrap(Buffer.from(keys.dataKey, "base64"), `data-key\0${origin}`));
      for (const [secret, bytes] of Object.entries(keys.secrets)) {
        name = secret;
        secrets.set(secret, open(key, Buffer.from(bytes, "base64"), contextOf(origin, secret)));
      }
      key.fill(0);
    } catch (cause) {
      throw storeErrors.create("STORE_SECRET_DAMAGED", { network: origin, name }, { cause });
    }
    return secrets;
  };

  return {
    sealed,
    openSealed: async (keys) => new Map([...(await openSealed(keys))].map(([name, secret]) => [name, secret.toString("utf8")])),
    putSealed: async (network, keys) => putAll(network, await openSealed(keys)),
    put: (network, name, secret) => putAll(network, new Map([[name, secret]])),
    putAll,
    find,
    async get(network, name) {
      const secret = await find(network, name);
      if (secret === undefined) throw storeErrors.create("STORE_SECRET_NOT_FOUND", { network, name });
      return secret;
    },
    names: (network) => store.secrets.names(network),
    async delete(network, names) {
      const removed = await store.secrets.delete(network, names);
      await store.checkpoint();
      return removed;
    },
    async deleteFor(network) {
      opened.get(network)?.key.fill(0);
      opened.delete(network);
      const removed = await store.secrets.deleteFor(network);
      await store.checkpoint();
      return removed;
    },
  };
}

function contextOf(network: string, name: string): string {
  return `secret\0${network}\0${name}`;
}
