import { z } from "zod";
import { fileSchema } from "./networks.ts";

/** What a network file would take. */
export const estimateSchema = z
  .object({ processes: z.int(), ports: z.int(), memoryBytes: z.number(), nodes: z.int() })
  .meta({ id: "Estimate" });

/** A place where networks can run. */
export const runtimeSchema = z
  .object({
    name: z.string(),
    usable: z.boolean().describe("whether a network of the version asked for can be created there"),
    programs: z
      .object({ version: z.string(), folder: z.string() })
      .optional()
      .describe("what its nodes are, where that is not Heddle itself"),
    problem: z
      .object({ code: z.string(), message: z.string(), next: z.string() })
      .optional()
      .describe("why it is not usable, and what to do"),
  })
  .meta({ id: "Runtime" });

/** A scenario that comes with Heddle. */
export const scenarioSchema = z
  .object({ name: z.string(), title: z.string(), description: z.string(), language: z.string() })
  .meta({ id: "Scenario" });

/** A chaincode's definition and who agrees to what. */
export const definitionSchema = z
  .object({
    channel: z.string(),
    name: z.string(),
    version: z.string(),
    sequence: z.int(),
    endorsementPolicy: z.string().describe("in words, such as OutOf(1, 'Org1MSP.peer', 'Org2MSP.peer') or a reference"),
    initRequired: z.boolean(),
    approvals: z.array(z.object({ mspId: z.string(), organization: z.string(), approved: z.boolean() })),
    installedOn: z.array(z.object({ peer: z.string(), packageId: z.string() })),
  })
  .meta({ id: "Definition" });

/** A function of a contract, as its metadata tells. */
export const contractFunctionSchema = z.object({
  name: z.string(),
  submit: z.boolean().describe("writes; false: meant to be evaluated"),
  parameters: z.array(z.object({ name: z.string(), type: z.string(), schema: z.unknown() })),
  returns: z.string().optional(),
});

/** A contract's functions, from `org.hyperledger.fabric:GetMetadata`. */
export const contractMetadataSchema = z
  .object({
    contracts: z.array(z.object({ name: z.string(), default: z.boolean(), functions: z.array(contractFunctionSchema) })),
    schemas: z.unknown().optional(),
  })
  .meta({ id: "ContractMetadata" });

/** Ways to connect as one user: profile, identity bundle, code as it is pasted, environment, REST calls. */
export const connectSchema = z
  .object({
    organization: z.string(),
    mspId: z.string(),
    user: z.string(),
    address: z.string(),
    hostname: z.string(),
    channel: z.string(),
    chaincode: z.string().optional(),
    snippets: z.array(
      z.object({
        language: z.enum(["nodejs", "go", "java", "python", "cli", "rest"]),
        title: z.string(),
        setup: z.array(z.string()).describe("commands to run first"),
        files: z.array(fileSchema),
        run: z.string().describe("the command that runs it"),
      }),
    ),
  })
  .meta({ id: "Connect" });

/** See the schemas. */
export type Estimate = z.output<typeof estimateSchema>;
export type RuntimeChoice = z.output<typeof runtimeSchema>;
export type Scenario = z.output<typeof scenarioSchema>;
export type Definition = z.output<typeof definitionSchema>;
export type ContractMetadata = z.output<typeof contractMetadataSchema>;
export type Connect = z.output<typeof connectSchema>;
