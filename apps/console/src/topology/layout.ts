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

/** A thread from a box to a channel, or a part of one. */
export interface PlacedThread extends Place {
  readonly id: string;
  readonly way: "down" | "across";
  readonly kind: "member" | "observer" | "ordering";
}

/** The whole picture. */
export interface Layout {
  readonly groups: readonly PlacedGroup[];
  readonly channels: readonly PlacedChannel[];
  readonly threads: readonly PlacedThread[];
  readonly width: number;
  readonly height: number;
  /** The organisations stand in more than one row. */
  readonly rows: boolean;
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
/** Organisations that stand beside each other at most, so that names stay readable; more go into rows below. */
const ORGANIZATIONS_IN_ROW = 6;
/** Orderers that stand beside each other at most. */
export const ORDERERS_IN_ROW = 8;
/** Between two rows of organisations. */
const ROW_GAP = 30;
/** Between two lanes, and between a lane and a box. */
const LANE = 9;

/**
 * Lays a network out by fixed rules: orderers on top, channels as bars below
 * them, organisations hanging on the bars they are on. Same network, same
 * picture; nothing moves because something else was measured.
 *
 * Organisations that have room in one row hang on straight threads. Further
 * ones stand in rows below; then each channel comes down in a lane of its own
 * at the left of each column that needs it, and a short thread goes from the
 * lane to each box, so that none runs behind a box it does not belong to.
 */
export function layoutOf({ ordering, organizations, channels }: Topology): Layout {
  const rows = organizations.length > ORGANIZATIONS_IN_ROW;
  const columns = Math.min(organizations.length, ORGANIZATIONS_IN_ROW);
  const gap = rows ? Math.max(GROUP_GAP, (channels.length + 1) * LANE) : GROUP_GAP;
  const lanes = rows ? gap : 0;
  const rowWidth = lanes + columns * GROUP_WIDTH + Math.max(0, columns - 1) * gap;
  const orderingWidth = Math.max(GROUP_WIDTH + 40, Math.min(ordering.nodes.length, ORDERERS_IN_ROW) * ORDERER_WIDTH + 24);
  const width = Math.max(rowWidth, orderingWidth, MIN_WIDTH);
  const orderingHeight = HEAD + Math.max(1, Math.ceil(ordering.nodes.length / ORDERERS_IN_ROW)) * NODE + FOOT;
  const orderingPlace = { group: ordering, x: (width - orderingWidth) / 2, y: 0, width: orderingWidth, height: orderingHeight };
  const barsTop = orderingHeight + LEVEL_GAP;
  const bars = channels.map((channel, index) => ({ channel, x: 0, y: barsTop + index * (BAR + BAR_GAP), width, height: BAR }));
  const barsEnd = barsTop + channels.length * (BAR + BAR_GAP) - (channels.length === 0 ? 0 : BAR_GAP);
  const grid = { columns, gap, left: (width - rowWidth) / 2 + lanes, top: barsEnd + LEVEL_GAP };
  const orgs = placeOrganizations(organizations, grid);
  const threads = [
    ...bars.map((bar, index): PlacedThread => ({
      id: `ordering/${bar.channel.name}`,
      kind: "ordering",
      ...down(orderingPlace.x + ((index + 1) / (bars.length + 1)) * orderingWidth, orderingHeight, bar.y),
    })),
    ...(rows ? lanesOf(orgs, bars, grid) : orgs.flatMap((org) => threadsOf(org, bars))),
  ];
  const height = Math.max(barsEnd, ...orgs.map((org) => org.y + org.height));
  return { groups: [orderingPlace, ...orgs], channels: bars, threads, width, height, rows };
}

interface Grid {
  readonly columns: number;
  readonly gap: number;
  readonly left: number;
  readonly top: number;
}

/** Row by row; each row is as high as its highest box. */
function placeOrganizations(organizations: readonly TopologyGroup[], { columns, gap, left, top }: Grid): PlacedGroup[] {
  const placed: PlacedGroup[] = [];
  let y = top;
  for (let start = 0; start < organizations.length; start += columns) {
    const row = organizations.slice(start, start + columns).map((group, column) => ({
      group,
      x: left + column * (GROUP_WIDTH + gap),
      y,
      width: GROUP_WIDTH,
      height: HEAD + Math.max(1, group.nodes.length) * NODE + FOOT,
    }));
    placed.push(...row);
    y += Math.max(...row.map(({ height }) => height)) + ROW_GAP;
  }
  return placed;
}

/** How an organisation is on a channel; undefined: not at all. */
function roleOn({ members, observers }: TopologyChannel, { name }: TopologyGroup): "member" | "observer" | undefined {
  return members.includes(name) ? "member" : observers.includes(name) ? "observer" : undefined;
}

function threadsOf(org: PlacedGroup, bars: readonly PlacedChannel[]): PlacedThread[] {
  const on = bars.flatMap((bar) => {
    const kind = roleOn(bar.channel, org.group);
    return kind === undefined ? [] : [{ bar, kind }];
  });
  return on.map(({ bar, kind }, index) => ({
    id: `${org.group.name}/${bar.channel.name}`,
    kind,
    ...down(org.x + ((index + 1) / (on.length + 1)) * org.width, bar.y + bar.height, org.y),
  }));
}

/** Lanes down the columns, and a thread from a lane to each box on its channel. */
function lanesOf(orgs: readonly PlacedGroup[], bars: readonly PlacedChannel[], { columns, gap, left }: Grid): PlacedThread[] {
  return Array.from({ length: columns }, (_none, column) => {
    const boxes = orgs.filter((_org, index) => index % columns === column);
    const edge = left + column * (GROUP_WIDTH + gap);
    return bars.flatMap((bar, lane): PlacedThread[] => {
      const x = edge - gap + (lane + 1) * (gap / (bars.length + 1));
      const across = boxes.flatMap((org): PlacedThread[] => {
        const kind = roleOn(bar.channel, org.group);
        if (kind === undefined) return [];
        const y = org.y + ((lane + 1) / (bars.length + 1)) * org.height;
        return [{ id: `${org.group.name}/${bar.channel.name}`, kind, way: "across", x, y: y - STRIP / 2, width: edge - x, height: STRIP }];
      });
      const last = across.at(-1);
      if (last === undefined) return [];
      const kind = across.every((one) => one.kind === "observer") ? "observer" : "member";
      return [{ id: `lane/${column}/${bar.channel.name}`, kind, ...down(x, bar.y + bar.height, last.y + STRIP / 2) }, ...across];
    });
  }).flat();
}

/** A thread is drawn in a strip wide enough for the eye at its end. */
const STRIP = 12;

function down(x: number, from: number, to: number): Place & { readonly way: "down" } {
  return { way: "down", x: x - STRIP / 2, y: from, width: STRIP, height: to - from };
}
