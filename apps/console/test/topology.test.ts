import { presetNetwork } from "@heddle/network";
import { describe, expect, test } from "vitest";
import { layoutOf, type Place } from "../src/topology/layout.ts";
import { topologyOf, type Topology } from "../src/topology/model.ts";

const trade = presetNetwork("trade", { name: "trade", ordering: "bft" });

function overlap(a: Place, b: Place): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

describe("the picture of a network", () => {
  test("shows every node with the state the world gave it", () => {
    const topology = topologyOf(trade, new Map([["peer0.carrier.example.com", "failed"]]));
    expect(topology.ordering.nodes).toHaveLength(4);
    expect(topology.organizations.flatMap(({ nodes }) => nodes).map(({ name, state }) => [name, state])).toContainEqual([
      "peer0.carrier.example.com",
      "failed",
    ]);
    expect(topology.channels[0]).toMatchObject({ observers: ["Regulator"], chaincodes: [{ name: "food-tracing", version: "1.0" }] });
  });

  test("is the same each time", () => {
    expect(layoutOf(topologyOf(trade))).toEqual(layoutOf(topologyOf(structuredClone(trade))));
  });

  /** A network of so many organisations with up to four peers each, on five channels. */
  function large(count: number): Topology {
    const all = Array.from({ length: count }, (_none, index) => `Org${index}`);
    return {
      ...topologyOf(trade),
      organizations: all.map((name, index) => ({
        name,
        mspId: `${name}MSP`,
        role: "member" as const,
        nodes: Array.from({ length: 1 + (index % 4) }, (_peer, at) => ({
          name: `peer${at}.${name}`,
          label: `peer${at}`,
          kind: "peer" as const,
          state: "running",
        })),
      })),
      channels: Array.from({ length: 5 }, (_none, index) => ({
        name: `c${index}`,
        members: all.filter((_name, at) => at % (index + 1) === 0 && at !== 3),
        observers: count > 3 ? ["Org3"] : [],
        chaincodes: [],
      })),
    };
  }

  test.each([1, 2, 6, 7, 20, 50])("with %i organisations nothing lies on anything, and all lies inside", (count) => {
    const { groups, channels, width, height } = layoutOf(large(count));
    const places: Place[] = [...groups, ...channels];
    expect(places).toHaveLength(count + 6);
    for (const [index, place] of places.entries()) {
      expect(place.x).toBeGreaterThanOrEqual(0);
      expect(place.x + place.width).toBeLessThanOrEqual(width);
      expect(place.y + place.height).toBeLessThanOrEqual(height);
      for (const other of places.slice(index + 1)) expect(overlap(place, other)).toBe(false);
    }
  });

  test.each([7, 20, 50])("%i organisations stand in rows no wider than a screen, in their order", (count) => {
    const topology = large(count);
    const { groups, width, rows } = layoutOf(topology);
    expect(rows).toBe(true);
    expect(width).toBeLessThan(1_400);
    const [, ...orgs] = groups;
    const order = orgs.toSorted((a, b) => a.y - b.y || a.x - b.x).map(({ group }) => group.name);
    expect(order).toEqual(topology.organizations.map(({ name }) => name));
    expect(layoutOf(large(count))).toEqual(layoutOf(topology));
  });

  test.each([6, 7, 20, 50])("with %i organisations each hangs on the channels it is on, and no thread runs behind a box", (count) => {
    const topology = large(count);
    const { groups, threads } = layoutOf(topology);
    const on = topology.channels.flatMap(({ name, members, observers }) => [...members, ...observers].map((org) => `${org}/${name}`));
    const ends = threads.filter(({ id }) => id.startsWith("Org"));
    expect(ends.map(({ id }) => id).toSorted()).toEqual(on.toSorted());
    expect(ends.filter(({ kind }) => kind === "observer").map(({ id }) => id)).toEqual(
      ["c0", "c1", "c2", "c3", "c4"].map((name) => `Org3/${name}`),
    );
    for (const thread of threads) for (const box of groups) expect(overlap(thread, box)).toBe(false);
    for (const { id, way, ...end } of ends) {
      const box = groups.find(({ group }) => group.name === id.split("/")[0]);
      if (box === undefined) throw new Error(`${id} hangs on nothing`);
      expect(way === "down" ? end.y + end.height - box.y : end.x + end.width - box.x).toBe(0);
    }
  });

  test("thirty-one orderers stand in rows in their box", () => {
    const orderers = Array.from({ length: 31 }, (_none, at) => ({
      name: `o${at}`,
      label: `o${at}`,
      kind: "orderer" as const,
      state: undefined,
    }));
    const { groups, width } = layoutOf({ ...topologyOf(trade), ordering: { ...topologyOf(trade).ordering, nodes: orderers } });
    expect(width).toBeLessThan(1_400);
    expect(groups[0]?.height).toBeGreaterThan(4 * 30);
  });

  test("a thread goes from its box to its channel", () => {
    const { groups, channels, threads } = layoutOf(topologyOf(trade));
    const thread = threads.find(({ id }) => id === "Carrier/trade");
    const box = groups.find(({ group }) => group.name === "Carrier");
    const [bar] = channels;
    if (thread === undefined || box === undefined || bar === undefined) throw new Error("the picture lacks a part");
    expect(thread.y).toBe(bar.y + bar.height);
    expect(thread.y + thread.height).toBe(box.y);
    expect(thread.x).toBeGreaterThan(box.x);
  });
});
