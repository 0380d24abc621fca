import type { Topology, TopologyChannel, TopologyGroup } from "./model.ts";

/** Where a thing is drawn, in pixels at scale 1. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A box with its nodes. */
export interface PlacedGroup extends Place {
  readonly group: TopologyGroup;
}

/** A channel's bar. */
export interface PlacedChannel extends Place {
  readonly channel: TopologyChannel;
}

/** A thread from a box to a channel. */
export interface PlacedThread extends Place {
  readonly id: string;
  readonly kind: "member" | "observer" | "ordering";
}

/** The whole picture. */
export interface Layout {
  readonly groups: readonly PlacedGroup[];
  readonly channels: readonly PlacedChannel[];
  readonly threads: readonly PlacedThread[];
  readonly width: number;
  readonly height: number;
}

const GROUP_WIDTH = 172;
const GROUP_GAP = 28;
const HEAD = 43;
const NODE = 30;
const FOOT = 5;
const BAR = 38;
const BAR_GAP = 16;
const LEVEL_GAP = 42;
/** Orderers side by side in their box. */
const ORDERER_WIDTH = 118;
/** Least width, so that a channel's bar holds its words. */
const MIN_WIDTH = 440;

/**
 * Lays a network out by fixed rules: orderers on top, channels as bars below
 * them, organisations hanging on the bars they are on. Same network, same
 * picture; nothing moves because something else was measured.
 */
export function layoutOf({ ordering, organizations, channels }: Topology): Layout {
  const row = organizations.length * GROUP_WIDTH + Math.max(0, organizations.length - 1) * GROUP_GAP;
  const orderingWidth = Math.max(GROUP_WIDTH + 40, ordering.nodes.length * ORDERER_WIDTH + 24);
  const width = Math.max(row, orderingWidth, MIN_WIDTH);
  const orderingHeight = HEAD + NODE + FOOT;
  const orderingPlace = { group: ordering, x: (width - orderingWidth) / 2, y: 0, width: orderingWidth, height: orderingHeight };
  const barsTop = orderingHeight + LEVEL_GAP;
  const bars = channels.map((channel, index) => ({ channel, x: 0, y: barsTop + index * (BAR + BAR_GAP), width, height: BAR }));
  const barsEnd = barsTop + channels.length * (BAR + BAR_GAP) - (channels.length === 0 ? 0 : BAR_GAP);
  const orgTop = barsEnd + LEVEL_GAP;
  const left = (width - row) / 2;
  const orgs = organizations.map((group, index) => ({
    group,
    x: left + index * (GROUP_WIDTH + GROUP_GAP),
    y: orgTop,
    width: GROUP_WIDTH,
    height: HEAD + Math.max(1, group.nodes.length) * NODE + FOOT,
  }));
  const threads = [
    ...bars.map((bar, index): PlacedThread => ({
      id: `ordering/${bar.channel.name}`,
      kind: "ordering",
      ...vertical(orderingPlace.x + ((index + 1) / (bars.length + 1)) * orderingWidth, orderingHeight, bar.y),
    })),
    ...orgs.flatMap((org) => threadsOf(org, bars)),
  ];
  const height = Math.max(barsEnd, ...orgs.map((org) => org.y + org.height));
  return { groups: [orderingPlace, ...orgs], channels: bars, threads, width, height };
}

function threadsOf(org: PlacedGroup, bars: readonly PlacedChannel[]): PlacedThread[] {
  const on = bars.filter(({ channel }) => channel.members.includes(org.group.name) || channel.observers.includes(org.group.name));
  return on.map((bar, index) => ({
    id: `${org.group.name}/${bar.channel.name}`,
    kind: bar.channel.members.includes(org.group.name) ? "member" : "observer",
    ...vertical(org.x + ((index + 1) / (on.length + 1)) * org.width, bar.y + bar.height, org.y),
  }));
}

/** A thread is drawn in a strip wide enough for the eye at its end. */
const STRIP = 12;

function vertical(x: number, from: number, to: number): Place {
  return { x: x - STRIP / 2, y: from, width: STRIP, height: to - from };
}
