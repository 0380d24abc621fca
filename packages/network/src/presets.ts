import { networkErrors } from "./catalogue.ts";
import type { NetworkFile } from "./schema/network-file.ts";
import { validateNetwork } from "./validation/validate.ts";

/** Name of a preset. */
export type PresetName = "solo" | "consortium" | "trade";

/** A preset as a list shows it. */
export interface Preset {
  readonly name: PresetName;
  readonly title: string;
  readonly description: string;
}

/** What a preset leaves open. */
export interface PresetOptions {
  /** Name of the network. */
  readonly name: string;
  /** `raft` (one orderer, the default) or `bft` (four). */
  readonly ordering?: "raft" | "bft" | undefined;
  /** Scenario to deploy; `food-tracing` if nothing is said, none for the empty text. */
  readonly chaincode?: string | undefined;
}

/** The presets, smallest first. */
export const presets: readonly Preset[] = [
  { name: "solo", title: "Solo", description: "One organisation with one peer: the smallest network for writing a contract" },
  { name: "consortium", title: "Consortium", description: "Two organisations that both endorse on one channel" },
  { name: "trade", title: "Trade", description: "Three organisations that endorse by majority, and a regulator that only reads" },
];

interface Layout {
  readonly channel: string;
  readonly members: readonly string[];
  readonly observers: readonly string[];
}

const layouts: Readonly<Record<PresetName, Layout>> = {
  solo: { channel: "main", members: ["Org1"], observers: [] },
  consortium: { channel: "main", members: ["Org1", "Org2"], observers: [] },
  trade: { channel: "trade", members: ["Producer", "Carrier", "Retailer"], observers: ["Regulator"] },
};

/**
 * A ready network file.
 * @throws HeddleError `NETWORK_PRESET_UNKNOWN`, or `NETWORK_FILE_INVALID` for a name that is none.
 */
export function presetNetwork(preset: PresetName, options: PresetOptions): NetworkFile {
  if (!Object.hasOwn(layouts, preset))
    throw networkErrors.create("NETWORK_PRESET_UNKNOWN", { preset, known: presets.map(({ name }) => name).join(", ") });
  const { channel, members, observers } = layouts[preset];
  const scenario = options.chaincode ?? "food-tracing";
  return validateNetwork({
    apiVersion: "heddle.dev/v1",
    kind: "Network",
    metadata: { name: options.name },
    spec: {
      runtime: "embedded",
      organizations: [...members.map((name) => ({ name, role: "member" })), ...observers.map((name) => ({ name, role: "observer" }))],
      ordering: { type: options.ordering ?? "raft", batch: { timeout: "instant" } },
      channels: [{ name: channel, members, observers }],
      chaincodes: scenario === "" ? [] : [{ name: scenario, channel, source: { scenario } }],
    },
  });
}
