import { create, equals, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ChannelBundle,
  computeConfigUpdate,
  createConfigUpdateEnvelope,
  proposeConfigUpdate,
  signConfigUpdate,
  type SigningIdentity,
} from "../src/index.ts";
import { metaPolicy, signaturePolicy } from "../src/config/groups.ts";
import { common, orderer, peer } from "../src/wire.ts";
import { changed, channelConfig, channelSpec, createOrganizations, group, identityOf } from "./support/channel.ts";

type Change = (root: common.ConfigGroup) => void;

const organizations = await createOrganizations();
const base = channelConfig(channelSpec(organizations));
const admins = [organizations.one, organizations.two, organizations.orderer].map((organization) => identityOf(organization, "Admin"));

async function envelopeOf(update: common.ConfigUpdate, signers: readonly SigningIdentity[] = admins): Promise<common.ConfigUpdateEnvelope> {
  const configUpdate = toBinary(common.ConfigUpdateSchema, update);
  const signatures = await Promise.all(signers.map((signer) => signConfigUpdate(configUpdate, signer)));
  return create(common.ConfigUpdateEnvelopeSchema, { configUpdate, signatures });
}

const value = (bytes: Uint8Array) => create(common.ConfigValueSchema, { value: bytes, modPolicy: "Admins" });
const groups = fc.constantFrom<readonly string[]>(
  [],
  ["Orderer"],
  ["Orderer", "Orderer"],
  ["Application"],
  ["Application", "Org1"],
  ["Application", "Org2"],
);
const policyName = fc.constantFrom("Readers", "Writers", "Admins", "Endorsement", "BlockValidation", "One", "Two", "Three");
const policy = fc.constantFrom(
  metaPolicy("ANY", "Readers"),
  metaPolicy("MAJORITY", "Admins"),
  signaturePolicy("OR('Org1MSP.member')"),
  signaturePolicy("OR('Org2MSP.admin')"),
);

/** One change of a configuration, such as people make. */
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(groups, policyName, policy).map(
    ([path, name, entry]): Change =>
      (root) =>
        void (group(root, ...path).policies[name] = entry),
  ),
  fc.tuple(groups, policyName).map(
    ([path, name]): Change =>
      (root) =>
        void delete group(root, ...path).policies[name],
  ),
  fc.tuple(groups, fc.constantFrom("Admins", "Writers", "/Channel/Application/Admins")).map(
    ([path, modPolicy]): Change =>
      (root) =>
        void (group(root, ...path).modPolicy = modPolicy),
  ),
  fc.nat(50).map(
    (host): Change =>
      (root) =>
        void (group(root, "Application", "Org1").values["AnchorPeers"] = value(
          toBinary(peer.AnchorPeersSchema, create(peer.AnchorPeersSchema, { anchorPeers: [{ host: `peer${host}`, port: 1 }] })),
        )),
  ),
  fc.integer({ min: 1, max: 50 }).map(
    (maxMessageCount): Change =>
      (root) =>
        void (group(root, "Orderer").values["BatchSize"] = value(
          toBinary(
            orderer.BatchSizeSchema,
            create(orderer.BatchSizeSchema, { maxMessageCount, absoluteMaxBytes: 9, preferredMaxBytes: 9 }),
          ),
        )),
  ),
  fc.constant<Change>((root) => void delete group(root, "Application").groups["Org2"]),
  fc.constant<Change>((root) => void (group(root, "Application").groups["Org3"] = group(root, "Application", "Org1"))),
  fc.constant<Change>((root) => void delete group(root, "Orderer").values["ChannelRestrictions"]),
);

/** Applies a change where it can be applied: an earlier one may have taken its group away. */
function attempt(root: common.ConfigGroup, apply: Change): void {
  try {
    apply(root);
  } catch {
    // The group is gone.
  }
}

/** The tree without versions, to compare what it says. */
function meaning(config: common.Config): common.Config {
  return changed(config, (root) => {
    const strip = (one: common.ConfigGroup): void => {
      one.version = 0n;
      for (const entry of [...Object.values(one.values), ...Object.values(one.policies)]) entry.version = 0n;
      for (const sub of Object.values(one.groups)) strip(sub);
    };
    strip(root);
  });
}

interface Versioned {
  readonly version: bigint;
}

/** Every element by its place. */
function elements(root: common.ConfigGroup, path = "Channel"): Map<string, Versioned> {
  const found = new Map<string, Versioned>([[path, root]]);
  for (const [name, entry] of Object.entries(root.values)) found.set(`${path}/value ${name}`, entry);
  for (const [name, entry] of Object.entries(root.policies)) found.set(`${path}/policy ${name}`, entry);
  for (const [name, sub] of Object.entries(root.groups)) for (const [key, entry] of elements(sub, `${path}/${name}`)) found.set(key, entry);
  return found;
}

/** The root of a configuration's tree. */
const rootOf = (config: common.Config): common.ConfigGroup => config.channelGroup ?? create(common.ConfigGroupSchema);

describe("a configuration update", () => {
  it("leads from one configuration to the other, with versions that go up by one where something changed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const wanted = changed(base, (root) => changes.forEach((apply) => attempt(root, apply)));
        fc.pre(!equals(common.ConfigSchema, meaning(wanted), meaning(base)));
        const update = computeConfigUpdate("trade", base, wanted);
        const result = proposeConfigUpdate(ChannelBundle.fromConfig("trade", base), await envelopeOf(update));
        expect(meaning({ ...result, sequence: 0n })).toEqual(meaning(wanted));
        expect(result.sequence).toBe(1n);
        const before = elements(rootOf(base));
        for (const [key, { version }] of elements(rootOf(result))) {
          const known = before.get(key)?.version;
          expect([0n, 1n]).toContain(version - (known ?? version));
        }
        // The update after it starts from there.
        expect(() => computeConfigUpdate("trade", result, wanted)).toThrow(
          expect.objectContaining({ code: "FABRIC_CONFIG_UPDATE_REFUSED" }) as Error,
        );
      }),
      { numRuns: 60 },
    );
  });

  it("is refused a second time: its versions are of the past", async () => {
    const wanted = changed(
      base,
      (root) => void (group(root, "Orderer").values["BatchTimeout"] = value(Buffer.from([0x0a, 2, 0x31, 0x73]))),
    );
    const envelope = await envelopeOf(computeConfigUpdate("trade", base, wanted));
    const result = proposeConfigUpdate(ChannelBundle.fromConfig("trade", base), envelope);
    expect(() => proposeConfigUpdate(ChannelBundle.fromConfig("trade", result), envelope)).toThrow("but key is at version 1");
  });

  it("names only what it changes and what that depends on", () => {
    const wanted = changed(
      base,
      (root) => void (group(root, "Orderer").values["BatchTimeout"] = value(Buffer.from([0x0a, 2, 0x31, 0x73]))),
    );
    const { readSet, writeSet } = computeConfigUpdate("trade", base, wanted);
    expect(Object.keys(rootOf({ ...base, channelGroup: readSet } as common.Config).groups)).toEqual(["Orderer"]);
    expect(Object.keys(group(writeSet ?? create(common.ConfigGroupSchema), "Orderer").values)).toEqual(["BatchTimeout"]);
    expect(group(writeSet ?? create(common.ConfigGroupSchema), "Orderer").version).toBe(0n);
  });

  it("leaves both configurations as they were", () => {
    const wanted = changed(base, (root) => void delete group(root, "Application").groups["Org2"]);
    const copies = [base, wanted].map((config) => toBinary(common.ConfigSchema, config));
    computeConfigUpdate("trade", base, wanted);
    expect([base, wanted].map((config) => toBinary(common.ConfigSchema, config))).toEqual(copies);
  });

  it("needs two configurations", () => {
    expect(() => computeConfigUpdate("trade", create(common.ConfigSchema), base)).toThrow(
      expect.objectContaining({ code: "FABRIC_CONFIG_INVALID" }) as Error,
    );
  });

  it("travels in an envelope that its sender signs, with everybody's consent to its very bytes", async () => {
    const [sender, ...others] = admins;
    if (sender === undefined) throw new Error("no sender");
    const wanted = changed(base, (root) => void delete group(root, "Application").groups["Org2"]);
    const update = computeConfigUpdate("trade", base, wanted);
    const envelope = await createConfigUpdateEnvelope(update, others, sender);
    const payload = fromBinary(common.PayloadSchema, envelope.payload);
    const header = fromBinary(common.ChannelHeaderSchema, payload.header?.channelHeader ?? new Uint8Array());
    expect([header.type, header.channelId]).toEqual([common.HeaderType.CONFIG_UPDATE, "trade"]);
    const inner = fromBinary(common.ConfigUpdateEnvelopeSchema, payload.data);
    expect(inner.configUpdate).toEqual(toBinary(common.ConfigUpdateSchema, update));
    const { msps } = ChannelBundle.fromConfig("trade", base);
    for (const [index, { signatureHeader, signature }] of inner.signatures.entries()) {
      const { creator } = fromBinary(common.SignatureHeaderSchema, signatureHeader);
      expect(creator).toEqual(others[index]?.serialized);
      expect(msps.deserialize(creator).verify(Buffer.concat([signatureHeader, inner.configUpdate]), signature)).toBe(true);
    }
    expect(msps.deserialize(sender.serialized).verify(envelope.payload, envelope.signature)).toBe(true);
  });
});
