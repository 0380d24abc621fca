import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Where a kept network's membership is. */
export function membershipFile(networkDirectory: string): string {
  return path.join(networkDirectory, "membership.json");
}

/** Which node has joined which channel; kept in one file that is always whole. */
export class Membership {
  readonly #file: string | undefined;
  readonly #channels = new Map<string, Set<string>>();

  constructor(file: string | undefined) {
    this.#file = file;
    if (file === undefined || !existsSync(file)) return;
    const kept = JSON.parse(readFileSync(file, "utf8")) as Record<string, string[]>;
    for (const [node, channels] of Object.entries(kept)) this.#channels.set(node, new Set(channels));
  }

  /** Channels of a node. */
  of(node: string): string[] {
    return [...(this.#channels.get(node) ?? [])];
  }

  /** Channels that any node has. */
  all(): string[] {
    return [...new Set([...this.#channels.values()].flatMap((channels) => [...channels]))];
  }

  add(node: string, channelId: string): void {
    const channels = this.#channels.get(node) ?? new Set();
    this.#channels.set(node, channels.add(channelId));
    this.#save();
  }

  remove(node: string, channelId: string): void {
    this.#channels.get(node)?.delete(channelId);
    this.#save();
  }

  /** Removes a node that is gone. */
  forget(node: string): void {
    if (this.#channels.delete(node)) this.#save();
  }

  #save(): void {
    if (this.#file === undefined) return;
    const content = Object.fromEntries([...this.#channels].map(([node, channels]) => [node, [...channels]]));
    mkdirSync(path.dirname(this.#file), { recursive: true });
    writeFileSync(`${this.#file}.part`, JSON.stringify(content));
    renameSync(`${this.#file}.part`, this.#file);
  }
}
