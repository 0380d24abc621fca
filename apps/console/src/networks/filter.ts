import type { Network } from "@heddle/api";

/** Whether a network is meant by a filter: each word has to stand in its name, an organisation, a channel, its state or where it runs. */
export function matches({ name, organizations, channels, state, runtime }: Network, filter: string): boolean {
  const text = [name, state, runtime, ...channels, ...organizations.flatMap((one) => [one.name, one.mspId])].join(" ").toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
