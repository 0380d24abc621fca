import { z } from "zod";
import { chaincodeName, chaincodeVersion, channelName } from "./names.ts";

/** Where a chaincode comes from: a scenario that Heddle brings along, or a folder of the person's own. */
const source = z
  .strictObject({
    scenario: z
      .string()
      .min(1)
      .max(60)
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "must be the name of a folder under scenarios/")
      .optional()
      .describe("Name of a scenario that comes with Heddle, such as food-tracing"),
    path: z.string().min(1).max(4096).optional().describe("Folder of the chaincode; relative to the network file"),
  })
  .superRefine((value, context) => {
    if ((value.scenario === undefined) === (value.path === undefined)) {
      context.addIssue({ code: "custom", message: "must name exactly one of scenario and path", params: { rule: "one_of" } });
    }
  })
  .transform((value): { scenario: string } | { path: string } =>
    value.scenario === undefined ? { path: value.path ?? "" } : { scenario: value.scenario },
  )
  .meta({ oneOf: [{ required: ["scenario"] }, { required: ["path"] }], description: "Where the chaincode comes from: scenario or path" });

/** One chaincode on one channel. */
export const chaincode = z.strictObject({
  name: chaincodeName,
  channel: channelName,
  version: chaincodeVersion.default("1.0"),
  sequence: z.int().min(1).max(1_000_000).optional().describe("Lifecycle sequence; the next one if nothing is said"),
  source,
  language: z
    .enum(["typescript", "javascript", "go", "java", "external"])
    .default("typescript")
    .describe("Language; this version starts typescript and javascript"),
  endorsementPolicy: z
    .string()
    .trim()
    .min(1)
    .max(10_000)
    .optional()
    .describe("Signature policy; the channel's own endorsement policy if nothing is said"),
  initRequired: z.boolean().default(false).describe("Whether its first transaction has to be its initialisation"),
  collections: z.unknown().optional().describe("Private data collections: not supported in this version"),
});
