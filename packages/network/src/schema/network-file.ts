import { z } from "zod";
import { chaincode } from "./chaincodes.ts";
import { channel } from "./channels.ts";
import { networkName } from "./names.ts";
import { ordering } from "./ordering.ts";
import { organization } from "./organizations.ts";

const spec = z
  .strictObject({
    fabricVersion: z.enum(["2.5", "3.0", "3.1"]).default("3.1").describe("Version of Fabric whose behaviour the network has"),
    runtime: z
      .enum(["embedded", "native", "docker", "swarm", "kubernetes", "imported"])
      .default("embedded")
      .describe(
        "Where the nodes run; this version has embedded, and native where Fabric's programs are installed. imported is what a network that Heddle did not make is shown as",
      ),
    storage: z.enum(["kept", "memory"]).default("kept").describe("memory: the ledger is gone when the network stops"),
    organizations: z.array(organization).min(1).max(50).describe("Organisations that run peers"),
    ordering: ordering.prefault({}).describe("The ordering service"),
    channels: z
      .array(channel)
      .max(50)
      .default(() => [])
      .describe("Channels, each with a ledger of its own"),
    chaincodes: z
      .array(chaincode)
      .max(50)
      .default(() => [])
      .describe("Chaincodes that are deployed with the network"),
  })
  .transform(({ ordering: { type, organization: orderer, consenters, batch }, channels, chaincodes, ...rest }) => ({
    ...rest,
    ordering: {
      type,
      organization: orderer,
      consenters: consenters ?? defaultConsenters(type),
      // Only devnet can cut a block the moment its queue is empty.
      batch: { ...batch, timeout: batch.timeout ?? (rest.runtime === "embedded" ? "instant" : "2s") },
    },
    channels: channels.map((item) => ({
      ...item,
      capabilities: { ...item.capabilities, channel: item.capabilities.channel ?? (type === "bft" ? "V3_0" : "V2_0") },
    })),
    chaincodes,
  }));

function defaultConsenters(type: "raft" | "bft"): { name: string }[] {
  return Array.from({ length: type === "bft" ? 4 : 1 }, (_, index) => ({ name: `orderer${index}` }));
}

/**
 * Shape of a network file. Use {@link validateNetwork} or {@link parseNetworkFile},
 * which add the rules between fields and errors for people.
 */
export const networkFileSchema = z.strictObject({
  apiVersion: z.literal("heddle.dev/v1").describe("Version of this format"),
  kind: z.literal("Network").describe("What the file describes"),
  metadata: z.strictObject({ name: networkName }).describe("How the network is called"),
  spec: spec.describe("What the network consists of"),
});

/** A network file with all defaults filled. */
export type NetworkFile = z.output<typeof networkFileSchema>;

/** A network file as a person may write it. */
export type NetworkFileInput = z.input<typeof networkFileSchema>;

/** One organisation of a network file. */
export type NetworkOrganization = NetworkFile["spec"]["organizations"][number];

/** One channel of a network file. */
export type NetworkChannel = NetworkFile["spec"]["channels"][number];

/** One chaincode of a network file. */
export type NetworkChaincode = NetworkFile["spec"]["chaincodes"][number];
