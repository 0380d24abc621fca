import { presetNetwork } from "@heddle/network";
import { describe, expect, test } from "vitest";
import { layoutOf, type Place } from "../src/topology/layout.ts";
import { topologyOf } from "../src/topology/model.ts";

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

  test("nothing lies on anything, and all lies inside", () => {
    const many = {
      ...topologyOf(trade),
      organizations: Array.from({ length: 50 }, (_none, index) => ({
        name: `Org${index}`,
        mspId: `Org${index}MSP`,
        role: "member" as const,
        nodes: Array.from({ length: 1 + (index % 4) }, (_peer, at) => ({
          name: `peer${at}.org${index}`,
          label: `peer${at}`,
          kind: "peer" as const,
          state: "running",
        })),
      })),
      channels: Array.from({ length: 5 }, (_none, index) => ({
        name: `c${index}`,
        members: ["Org0", "Org7"],
        observers: ["Org3"],
        chaincodes: [],
      })),
    };
    const { groups, channels, threads, width, height } = layoutOf(many);
    const places: Place[] = [...groups, ...channels];
    expect(places).toHaveLength(56);
    for (const [index, place] of places.entries()) {
      expect(place.x).toBeGreaterThanOrEqual(0);
      expect(place.x + place.width).toBeLessThanOrEqual(width);
      expect(place.y + place.height).toBeLessThanOrEqual(height);
      for (const other of places.slice(index + 1)) expect(overlap(place, other)).toBe(false);
    }
    expect(threads).toHaveLength(5 + 5 * 3);
    expect(threads.filter(({ kind }) => kind === "observer")).toHaveLength(5);
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
