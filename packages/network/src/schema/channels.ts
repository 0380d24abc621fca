import { z } from "zod";
import { channelName, nodeName, organizationName } from "./names.ts";

const policyText = z.string().trim().min(1).max(10_000);

/** One channel with its organisations, policies and capabilities. */
export const channel = z.strictObject({
  name: channelName,
  members: z.array(organizationName).min(1).max(50).describe("Organisations that write and endorse"),
  observers: z
    .array(organizationName)
    .max(50)
    .default(() => [])
    .describe("Organisations that read only"),
  policies: z
    .strictObject({
      endorsement: policyText.optional().describe("Default endorsement policy: MAJORITY Endorsement, or a signature policy"),
      lifecycleEndorsement: policyText.optional().describe("Who must agree to a chaincode definition"),
    })
    .prefault({})
    .describe("Policies that differ from MAJORITY Endorsement and MAJORITY LifecycleEndorsement"),
  acls: z
    .record(z.string().max(200), z.string().max(500))
    .optional()
    .describe(
      "Who may use what: a resource of Fabric, such as peer/Propose, and the policy that decides, such as /Channel/Application/Writers",
    ),
  capabilities: z
    .strictObject({
      application: z.enum(["V2_0", "V2_5"]).default("V2_5").describe("Capability of the application group"),
      orderer: z.enum(["V2_0"]).default("V2_0").describe("Capability of the orderer group"),
      channel: z.enum(["V2_0", "V3_0"]).optional().describe("V3_0 for bft, else V2_0, if nothing is said"),
    })
    .prefault({})
    .describe("What every node of the channel has to be able to do"),
  anchorPeers: z
    .array(z.strictObject({ organization: organizationName, peer: nodeName }))
    .max(200)
    .optional()
    .describe("The first peer of every organisation if nothing is said"),
});
