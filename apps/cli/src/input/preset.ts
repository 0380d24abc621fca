import { presetNetwork, presets, type NetworkFile } from "@heddle/network";
import { oneOf } from "./values.ts";

/** What the options say about a preset. */
export interface PresetChoice {
  readonly name: string;
  readonly preset: string;
  readonly ordering?: string | undefined;
  /** Name of a scenario, `none` for no chaincode. */
  readonly scenario?: string | undefined;
}

/**
 * The network file of a preset.
 * @throws HeddleError CLI_OPTION_INVALID, or NETWORK_FILE_INVALID for a name that is none.
 */
export function networkOfPreset({ name, preset, ordering, scenario }: PresetChoice): NetworkFile {
  return presetNetwork(
    oneOf(
      "--preset",
      preset,
      presets.map((known) => known.name),
    ),
    {
      name,
      ordering: ordering === undefined ? undefined : oneOf("--ordering", ordering, ["raft", "bft"]),
      chaincode: scenario === "none" ? "" : scenario,
    },
  );
}
