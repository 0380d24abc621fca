import { z } from "zod";
import { domainName, mspId, nodeName, organizationName, userName } from "./names.ts";

const peer = z.strictObject({ name: nodeName });

/** One organisation that runs peers. MSP id and domain follow from the name where they are not given. */
export const organization = z
  .strictObject({
    name: organizationName,
    mspId: mspId.optional(),
    domain: domainName.optional(),
    role: z.enum(["member", "observer"]).default("member").describe("A member endorses and writes; an observer reads only"),
    peers: z
      .array(peer)
      .min(1)
      .max(10)
      .default(() => [{ name: "peer0" }])
      .describe("Peers of the organisation; one peer0 if nothing is said"),
    users: z
      .array(userName)
      .max(100)
      .default(() => ["app"])
      .describe("Users to issue identities for, besides Admin"),
  })
  .transform(({ name, mspId: id, domain, ...rest }) => ({
    name,
    mspId: id ?? `${name}MSP`,
    domain: domain ?? `${name.toLowerCase()}.example.com`,
    ...rest,
  }));
