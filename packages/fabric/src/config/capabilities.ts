import { common } from "../wire.ts";
import { invalidConfig, readValue } from "./values.ts";

/** The names of the capabilities that a channel asks for, by level. */
export interface ChannelCapabilities {
  readonly channel: ReadonlySet<string>;
  readonly orderer: ReadonlySet<string>;
  readonly application: ReadonlySet<string>;
}

/** What each level may ask for (Fabric: common/capabilities). */
const SUPPORTED = {
  Channel: ["V1_1", "V1_3", "V1_4_2", "V1_4_3", "V2_0", "V3_0"],
  Orderer: ["V1_1", "V1_4_2", "V2_0"],
  Application: ["V1_1", "V1_2", "V1_3", "V1_4_2", "V2_0", "V2_5"],
} as const;

/** Channel capabilities from which on MSPs are judged as this package judges them. */
const MSP_RULES = ["V1_4_3", "V2_0", "V3_0"];

function read(level: keyof typeof SUPPORTED, group: common.ConfigGroup | undefined): ReadonlySet<string> {
  const names = Object.keys(readValue(common.CapabilitiesSchema, group, "Capabilities")?.capabilities ?? {});
  const supported: readonly string[] = SUPPORTED[level];
  const unsupported = names.find((name) => !supported.includes(name));
  if (unsupported !== undefined) throw invalidConfig(`${level} capability ${unsupported} is required but not supported`);
  return new Set(names);
}

/**
 * Reads the capabilities of all levels. Throws `FABRIC_CONFIG_INVALID` for those that are not supported and for
 * channels older than V1_4_3, whose MSPs have other rules.
 */
export function readCapabilities(root: common.ConfigGroup): ChannelCapabilities {
  const { Orderer: orderer, Application: application } = root.groups;
  const capabilities = { channel: read("Channel", root), orderer: read("Orderer", orderer), application: read("Application", application) };
  if (orderer?.values["Capabilities"] === undefined && orderer !== undefined) {
    for (const [level, group] of [
      ["channel", root],
      ["application", application],
    ] as const) {
      if (group?.values["Capabilities"] !== undefined)
        throw invalidConfig(`cannot enable ${level} capabilities without orderer support first`);
    }
  }
  if (!MSP_RULES.some((name) => capabilities.channel.has(name)))
    throw invalidConfig(
      `the channel capability V1_4_3 or a newer one is needed, but the channel has ${[...capabilities.channel].join(", ") || "none"}`,
    );
  return capabilities;
}
