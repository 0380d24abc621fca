import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { common } from "@heddle/fabric/wire";
import { openStore, type Store } from "@heddle/store";
import type { BlockSource, ExplorerLog } from "../../src/index.ts";

/** Nobody listens. */
export const silent: ExplorerLog = { info: () => undefined, warn: () => undefined };

/** A peer that serves recorded blocks and then waits for more that never come. */
export function recordedSource(blocks: readonly Uint8Array[]): BlockSource {
  const decoded = blocks.map((bytes) => fromBinary(common.BlockSchema, bytes));
  return {
    height: () => Promise.resolve(decoded.length),
    block(number) {
      const block = decoded[number];
      return block === undefined ? Promise.reject(new Error(`no block ${number}`)) : Promise.resolve(block);
    },
    async *follow(from, signal) {
      for (const block of decoded.slice(from)) yield block;
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    },
  };
}

/** A store of its own with one network, `test`. */
export async function openTestStore(): Promise<{ store: Store; close: () => Promise<void> }> {
  const folder = mkdtempSync(path.join(tmpdir(), "heddle-explorer-"));
  const store = await openStore({ url: `sqlite:${path.join(folder, "store.db")}` });
  await store.networks.insert({ name: "test", spec: {}, runtime: "embedded", state: "ready" });
  return {
    store,
    async close() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
