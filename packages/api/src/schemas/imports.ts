import { networkName } from "@heddle/network";
import { z } from "zod";

/** Longest text of a source: a folder of some dozen organisations is a tenth of it. */
const MAX_TEXT = 4 * 1024 * 1024;
const pem = z
  .string()
  .min(1)
  .max(64 * 1024);
const mspId = z.string().min(1).max(255);

/** An identity beside a connection profile. */
const identity = z.strictObject({
  mspId: mspId.optional().describe("default the organisation of the profile's client, else its only one"),
  name: z.string().min(1).max(255).optional().describe("default the certificate's common name; an administrator is called Admin"),
  certificate: pem.describe("PEM"),
  privateKey: pem.describe("PEM, without a passphrase"),
});

const source = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("profile"),
    profile: z.string().min(1).max(MAX_TEXT).describe("connection profile, JSON or YAML"),
    identities: z.array(identity).min(1).max(50),
  }),
  z.strictObject({
    kind: z.literal("test-network"),
    files: z
      .array(z.strictObject({ path: z.string().min(1).max(1024), content: z.string().max(256 * 1024) }))
      .min(1)
      .max(2000)
      .describe("the folder organizations of fabric-samples' test network"),
  }),
  z.strictObject({
    kind: z.literal("microfab"),
    components: z.string().min(1).max(MAX_TEXT).describe("what microfab answers at /ak/api/v1/components"),
  }),
]);

const texts = (what: string) => z.record(z.string().min(1).max(255), z.string().min(1).max(1024)).optional().describe(what);

/** A running network to import. Its private keys go into the sealed key store and nowhere else. */
export const importInput = z
  .strictObject({
    name: networkName,
    source,
    asLocalhost: z
      .boolean()
      .optional()
      .describe("nodes answer on the server's machine whatever host they tell; default where the source's peers do"),
    addresses: texts("host:port of nodes by their host names, where it differs from the source"),
    operations: texts("address of nodes' metrics by their host names, such as http://127.0.0.1:9443"),
  })
  .meta({ id: "ImportInput" });

/** What would be imported. */
export const importViewSchema = z
  .object({
    spec: z.unknown().describe("the network in the words of a network file"),
    nodes: z.array(z.object({ name: z.string(), kind: z.string(), organization: z.string(), address: z.string() })),
    identities: z.array(z.object({ organization: z.string(), mspId: z.string(), user: z.string(), admin: z.boolean() })),
    chaincodes: z.array(
      z.object({ channel: z.string(), name: z.string(), version: z.string(), sequence: z.int(), initRequired: z.boolean() }),
    ),
    skipped: z
      .array(z.object({ channel: z.string(), code: z.string(), reason: z.string(), next: z.string() }))
      .describe("channels that are left out, and why"),
    notes: z.array(z.string()).describe("what could not be found out"),
  })
  .meta({ id: "ImportView" });

/** What a person gives to import a network. */
export type ImportBody = z.input<typeof importInput>;
/** What would be imported, as the API shows it. */
export type ImportView = z.output<typeof importViewSchema>;
