import { isHeddleError } from "@heddle/network";
import type { ExplorerRepository } from "@heddle/store";
import type { ChannelDirectory, ExplorableChannel, ExplorerLog } from "../ports.ts";
import { followChannel } from "./follower.ts";

/** What an explorer works with. */
export interface ExplorerParts {
  readonly directory: ChannelDirectory;
  readonly index: ExplorerRepository;
  readonly log: ExplorerLog;
  /** Milliseconds between two looks for new channels; default 1000. */
  readonly lookMs?: number;
}

/** How a channel is followed. */
export type FollowState = "live" | "catching-up" | "stopped";

interface Following {
  readonly stop: AbortController;
  readonly ended: Promise<void>;
  next: number;
}

/** After a failure the next try waits, each time twice as long, up to this. Milliseconds. */
const LONGEST_WAIT = 30_000;

/** Follows the channels of all networks that are ready, as they come and go. */
export class Explorer {
  readonly #parts: ExplorerParts;
  readonly #following = new Map<string, Following>();
  readonly #listeners = new Set<(channel: ExplorableChannel, next: number) => void>();
  #timer: NodeJS.Timeout | undefined;
  #looking = Promise.resolve();

  constructor(parts: ExplorerParts) {
    this.#parts = parts;
  }

  /** Begins to follow. */
  start(): void {
    this.#timer ??= setInterval(() => void this.look(), this.#parts.lookMs ?? 1000);
    this.#timer.unref();
  }

  /** Looks for channels that came or went. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(async () => {
      try {
        await this.#compare();
      } catch (error) {
        this.#parts.log.warn({ err: error }, "the channels could not be listed");
      }
    });
    return this.#looking;
  }

  async #compare(): Promise<void> {
    const wanted = new Map((await this.#parts.directory.list()).map((channel) => [keyOf(channel), channel]));
    for (const [key, { stop }] of this.#following) if (!wanted.has(key)) stop.abort();
    for (const [key, channel] of wanted) if (!this.#following.has(key)) this.#begin(key, channel);
  }

  #begin(key: string, channel: ExplorableChannel): void {
    const stop = new AbortController();
    const following: Following = { stop, next: 0, ended: this.#keepFollowing(channel, stop.signal, (next) => (following.next = next)) };
    this.#following.set(key, following);
    void following.ended.then(() => this.#following.delete(key));
  }

  async #keepFollowing(channel: ExplorableChannel, signal: AbortSignal, note: (next: number) => void): Promise<void> {
    const { directory, index, log } = this.#parts;
    let wait = 250;
    while (!signal.aborted) {
      try {
        const source = await directory.source(channel);
        const moved = (next: number): void => {
          wait = 250;
          note(next);
          for (const listener of this.#listeners) listener(channel, next);
        };
        await followChannel({ channel, source, index, log, moved }, signal);
      } catch (error) {
        if (isHeddleError(error, "STORE_INDEX_MOVED")) log.info({ ...channel }, "another server follows the channel too");
        else if (!signal.aborted) log.info({ err: error, ...channel }, "a channel could not be followed and is tried again");
      }
      await pause(wait, signal);
      wait = Math.min(LONGEST_WAIT, wait * 2);
    }
  }

  /** Whether a channel is followed, and whether it has caught up with a height. */
  state(channel: ExplorableChannel, indexed: number, height: number): FollowState {
    if (!this.#following.has(keyOf(channel))) return "stopped";
    return indexed >= height ? "live" : "catching-up";
  }

  /** Calls `listener` after blocks of a channel were indexed, with the number behind the last; the answer ends that. */
  onMoved(listener: (channel: ExplorableChannel, next: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Stops following a channel's network and resolves once nothing is written any more. */
  async forget(network: string): Promise<void> {
    const ending = [...this.#following].filter(([key]) => key.startsWith(`${network}/`)).map(([, one]) => one);
    for (const { stop } of ending) stop.abort();
    await Promise.all(ending.map(({ ended }) => ended));
  }

  /** Ends all following. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#looking;
    const all = [...this.#following.values()];
    for (const { stop } of all) stop.abort();
    await Promise.all(all.map(({ ended }) => ended));
    this.#listeners.clear();
  }
}

function keyOf({ network, channel }: ExplorableChannel): string {
  return `${network}/${channel}`;
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done, { once: true });
  });
}
