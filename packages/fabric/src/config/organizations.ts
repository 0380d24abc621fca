import { equals, type DescMessage } from "@bufbuild/protobuf";
import { Msp, type MspOptions } from "../msp/msp.ts";
import { common, msp, peer } from "../wire.ts";
import { invalidConfig, readValue, requireKnownValues } from "./values.ts";

/** An organisation of the channel, as a group of its configuration states it. */
export interface ConfiguredOrganization {
  /** The group's name, which need not be the MSP's. */
  readonly name: string;
  readonly rules: Msp;
  /** `host:port` of its orderers; empty for organisations that order nothing. */
  readonly endpoints: readonly string[];
}

const VALUES: Readonly<Record<"Orderer" | "Application", Readonly<Record<string, DescMessage>>>> = {
  Orderer: { MSP: msp.MSPConfigSchema, Endpoints: common.OrdererAddressesSchema },
  Application: { MSP: msp.MSPConfigSchema, AnchorPeers: peer.AnchorPeersSchema },
};

/**
 * Reads organisations and keeps one MSP for each id: the same organisation may order and share the ledger,
 * and must then be stated alike (Fabric: common/channelconfig/msp.go).
 */
export class OrganizationReader {
  readonly #known = new Map<string, { readonly config: msp.MSPConfig; readonly rules: Msp }>();
  readonly #options: MspOptions;

  constructor(options: MspOptions) {
    this.#options = options;
  }

  /** Every MSP that was read. */
  get msps(): Msp[] {
    return [...this.#known.values()].map(({ rules }) => rules);
  }

  /** The organisations below a group. Throws `FABRIC_CONFIG_INVALID`. */
  read(kind: "Orderer" | "Application", group: common.ConfigGroup | undefined): ConfiguredOrganization[] {
    return Object.entries(group?.groups ?? {}).map(([name, organization]) => {
      if (Object.keys(organization.groups).length > 0)
        throw invalidConfig(`the organisation ${name} has groups below it, which Fabric does not allow`);
      requireKnownValues(organization, VALUES[kind]);
      const config = readValue(msp.MSPConfigSchema, organization, "MSP");
      if (config === undefined) throw invalidConfig(`organisation ${name} has no MSP`);
      const endpoints = readValue(common.OrdererAddressesSchema, organization, "Endpoints")?.addresses ?? [];
      return { name, rules: this.#msp(config), endpoints };
    });
  }

  #msp(config: msp.MSPConfig): Msp {
    const rules = Msp.fromConfig(config, this.#options);
    const known = this.#known.get(rules.mspId);
    if (known === undefined) {
      this.#known.set(rules.mspId, { config, rules });
      return rules;
    }
    if (!equals(msp.MSPConfigSchema, known.config, config))
      throw invalidConfig(`Attempted to define two different versions of MSP: ${rules.mspId}`);
    return known.rules;
  }
}
