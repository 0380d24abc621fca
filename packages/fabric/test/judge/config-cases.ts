// Makes the channel configurations and updates that Fabric itself has judged; prints them as JSON. See ../vectors/README.md.
import { create, toBinary, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import {
  organizationMsp,
  signConfigUpdate,
  computeConfigUpdate,
  createOrganizationMaterial,
  type LocalSigningIdentity,
} from "../../src/index.ts";
import { metaPolicy, signaturePolicy } from "../../src/config/groups.ts";
import { common, msp, orderer, peer } from "../../src/wire.ts";
import { changed, channelConfig, channelSpec, createOrganizations, entry, group, identityOf } from "../support/channel.ts";

type Change = (root: common.ConfigGroup) => void;

const organizations = await createOrganizations();
const base = channelConfig(channelSpec(organizations));
const bft = channelConfig(channelSpec(organizations, "BFT"));
const three = await createOrganizationMaterial({ name: "Org3", mspId: "Org3MSP", domain: "org3.example.com", nodes: [], users: [] });
const admins = {
  one: identityOf(organizations.one, "Admin"),
  two: identityOf(organizations.two, "Admin"),
  orderer: identityOf(organizations.orderer, "Admin"),
  user: identityOf(organizations.one, "app"),
};

const encode = <Schema extends DescMessage>(schema: Schema, init: MessageInitShape<Schema>): Uint8Array =>
  toBinary(schema, create(schema, init));
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const configText = (config: common.Config): string => base64(toBinary(common.ConfigSchema, config));

function value<Schema extends DescMessage>(schema: Schema, init: MessageInitShape<Schema>, modPolicy = "Admins"): common.ConfigValue {
  return create(common.ConfigValueSchema, { value: encode(schema, init), modPolicy });
}

const capabilities = (...names: string[]): common.ConfigValue =>
  value(common.CapabilitiesSchema, { capabilities: Object.fromEntries(names.map((name) => [name, {}])) });

/** A configuration that something was changed in. */
const configurations: Array<{ name: string; channel: string; config: string }> = [];
function configuration(name: string, change: Change, options: { channel?: string; from?: common.Config } = {}): void {
  configurations.push({ name, channel: options.channel ?? "trade", config: configText(changed(options.from ?? base, change)) });
}

configuration("as it is made", () => undefined);
configuration("as it is made, BFT", () => undefined, { from: bft });
for (const channel of ["a", "a.b-c1", "a".repeat(249), "", "A", "1a", "-a", "a_b", "a/b", "a b", "a".repeat(250)])
  configuration(`channel "${channel.slice(0, 20)}" of ${channel.length}`, () => undefined, { channel });
for (const name of ["HashingAlgorithm", "BlockDataHashingStructure", "Capabilities"])
  configuration(`channel without ${name}`, (root) => void delete root.values[name]);
for (const name of ["ConsensusType", "BatchSize", "BatchTimeout", "ChannelRestrictions", "Capabilities"])
  configuration(`orderer without ${name}`, (root) => void delete group(root, "Orderer").values[name]);
configuration("application without Capabilities", (root) => void delete group(root, "Application").values["Capabilities"]);
configuration("no capabilities at all", (root) => {
  delete root.values["Capabilities"];
  delete group(root, "Orderer").values["Capabilities"];
  delete group(root, "Application").values["Capabilities"];
});
configuration("no application", (root) => void delete root.groups["Application"]);
configuration("no orderer", (root) => void delete root.groups["Orderer"]);
configuration("another group", (root) => void (root.groups["Other"] = create(common.ConfigGroupSchema, { modPolicy: "Admins" })));
for (const [where, path] of [
  ["channel", []],
  ["orderer", ["Orderer"]],
  ["application", ["Application"]],
  ["orderer organisation", ["Orderer", "Orderer"]],
  ["application organisation", ["Application", "Org1"]],
] as const) {
  configuration(
    `unknown value in the ${where}`,
    (root) => void (group(root, ...path).values["Unknown"] = value(common.CapabilitiesSchema, {})),
  );
  configuration(
    `policy without content in the ${where}`,
    (root) => void (entry(group(root, ...path).policies, "Readers").policy = create(common.PolicySchema)),
  );
  configuration(`policy that is absent in the ${where}`, (root) => void delete entry(group(root, ...path).policies, "Readers").policy);
  configuration(`no policies in the ${where}`, (root) => void (group(root, ...path).policies = {}));
  configuration(
    `a name with a slash in the ${where}`,
    (root) => void (group(root, ...path).policies["a/b"] = metaPolicy("ANY", "Readers")),
  );
  configuration(`a name of dots in the ${where}`, (root) => void (group(root, ...path).policies[".."] = metaPolicy("ANY", "Readers")));
  configuration(`an empty name in the ${where}`, (root) => void (group(root, ...path).policies[""] = metaPolicy("ANY", "Readers")));
  configuration(
    `a name that is too long in the ${where}`,
    (root) => void (group(root, ...path).policies["a".repeat(250)] = metaPolicy("ANY", "Readers")),
  );
  configuration(`no mod_policy in the ${where}`, (root) => void (group(root, ...path).modPolicy = ""));
}
configuration(
  "anchor peers in the orderer organisation",
  (root) => void (group(root, "Orderer", "Orderer").values["AnchorPeers"] = value(peer.AnchorPeersSchema, {})),
);
configuration(
  "endpoints in the application organisation",
  (root) => void (group(root, "Application", "Org1").values["Endpoints"] = value(common.OrdererAddressesSchema, {})),
);
configuration(
  "a group below an organisation",
  (root) => void (group(root, "Application", "Org1").groups["Team"] = create(common.ConfigGroupSchema, { modPolicy: "Admins" })),
);
configuration(
  "a group below an orderer organisation",
  (root) => void (group(root, "Orderer", "Orderer").groups["Team"] = create(common.ConfigGroupSchema, { modPolicy: "Admins" })),
);
configuration("an organisation without MSP", (root) => void delete group(root, "Application", "Org1").values["MSP"]);
configuration(
  "an MSP that cannot be decoded",
  (root) => void (entry(group(root, "Application", "Org1").values, "MSP").value = Buffer.from([0xff])),
);
configuration(
  "an MSP of an unknown kind",
  (root) => void (group(root, "Application", "Org1").values["MSP"] = value(msp.MSPConfigSchema, { type: 7 })),
);
configuration("the same organisation twice", (root) => void (group(root, "Orderer").groups["Org1"] = group(root, "Application", "Org1")));
configuration("the same organisation twice, without what only peers have", (root) => {
  const { values, policies, modPolicy } = group(root, "Application", "Org1");
  group(root, "Orderer").groups["Org1"] = create(common.ConfigGroupSchema, { values: { MSP: entry(values, "MSP") }, policies, modPolicy });
});
configuration("two versions of one MSP", (root) => {
  const other = organizationMsp({ ...three, mspId: "Org1MSP" });
  group(root, "Application").groups["Other"] = create(common.ConfigGroupSchema, {
    values: { MSP: value(msp.MSPConfigSchema, other) },
    policies: group(root, "Application", "Org1").policies,
    modPolicy: "Admins",
  });
});
for (const [name, algorithm] of [
  ["SHA-256", "SHA256"],
  ["SHA3-256", "SHA3_256"],
  ["no hash", ""],
  ["MD5", "MD5"],
] as const)
  configuration(
    `hashing with ${name}`,
    (root) => void (root.values["HashingAlgorithm"] = value(common.HashingAlgorithmSchema, { name: algorithm })),
  );
for (const width of [0, 1, 4_294_967_294])
  configuration(
    `a hashing structure of width ${width}`,
    (root) => void (root.values["BlockDataHashingStructure"] = value(common.BlockDataHashingStructureSchema, { width })),
  );
for (const [maxMessageCount, absoluteMaxBytes, preferredMaxBytes] of [
  [0, 2, 1],
  [1, 0, 0],
  [1, 2, 0],
  [1, 1, 2],
  [1, 1, 1],
] as const)
  configuration(
    `batches of ${maxMessageCount}, ${absoluteMaxBytes} and ${preferredMaxBytes}`,
    (root) =>
      void (group(root, "Orderer").values["BatchSize"] = value(orderer.BatchSizeSchema, {
        maxMessageCount,
        absoluteMaxBytes,
        preferredMaxBytes,
      })),
  );
for (const timeout of [
  "2s",
  "500ms",
  "1m30s",
  "1.5h",
  ".5s",
  "+2s",
  "0",
  "0s",
  "-1s",
  "",
  "2",
  "s",
  "2 s",
  "1d",
  "2sx",
  "1e3s",
  "9223372036s",
])
  configuration(
    `a batch timeout of "${timeout}"`,
    (root) => void (group(root, "Orderer").values["BatchTimeout"] = value(orderer.BatchTimeoutSchema, { timeout })),
  );
configuration(
  "ACLs",
  (root) =>
    void (group(root, "Application").values["ACLs"] = value(peer.ACLsSchema, { acls: { "peer/Propose": { policyRef: "Readers" } } })),
);
configuration("ACLs without the capability", (root) => {
  group(root, "Application").values["ACLs"] = value(peer.ACLsSchema, {});
  group(root, "Application").values["Capabilities"] = capabilities("V1_1");
});
configuration(
  "V3_0 with addresses of the whole channel",
  (root) => void (root.values["OrdererAddresses"] = value(common.OrdererAddressesSchema, { addresses: ["a:1"] })),
  { from: bft },
);
configuration(
  "V3_0 with an orderer organisation without addresses",
  (root) => void delete group(root, "Orderer", "Orderer").values["Endpoints"],
  { from: bft },
);
configuration(
  "V2_0 with addresses of the whole channel",
  (root) => void (root.values["OrdererAddresses"] = value(common.OrdererAddressesSchema, { addresses: ["a:1"] })),
);
configuration("a signature policy that names an identity it does not list", (root) => {
  const rule = create(common.SignaturePolicySchema, { Type: { case: "signedBy", value: 3 } });
  root.policies["Readers"] = signaturePolicy(create(common.SignaturePolicyEnvelopeSchema, { rule }));
});
configuration(
  "a signature policy of version 1",
  (root) => void (root.policies["Readers"] = signaturePolicy(create(common.SignaturePolicyEnvelopeSchema, { version: 1 }))),
);
configuration(
  "a signature policy without rule",
  (root) => void (root.policies["Readers"] = signaturePolicy(create(common.SignaturePolicyEnvelopeSchema))),
);
configuration(
  "a meta policy that cannot be decoded",
  (root) => void (root.policies["Readers"] = create(common.ConfigPolicySchema, { policy: { type: 3, value: Buffer.from([0xff]) } })),
);
configuration(
  "a policy of an unknown kind",
  (root) => void (root.policies["Readers"] = create(common.ConfigPolicySchema, { policy: { type: 9 } })),
);

/** An update with everything open to be made wrong. */
const proposals: Array<{ name: string; config: string; update: string }> = [];
interface Update {
  readonly from?: common.Config;
  readonly signers?: readonly LocalSigningIdentity[];
  readonly channelId?: string;
  /** Changes the update after it was computed. */
  readonly spoil?: (update: common.ConfigUpdate) => void;
  readonly sign?: (signatures: common.ConfigSignature[]) => void;
  readonly bytes?: Uint8Array;
}
const everybody = [admins.one, admins.two, admins.orderer];

async function proposal(
  name: string,
  change: Change,
  { from = base, signers = everybody, channelId = "trade", spoil, sign, bytes }: Update = {},
): Promise<void> {
  const update = computeConfigUpdate(channelId, from, changed(from, change));
  spoil?.(update);
  const configUpdate = bytes ?? toBinary(common.ConfigUpdateSchema, update);
  const signatures = await Promise.all(signers.map((signer) => signConfigUpdate(configUpdate, signer)));
  sign?.(signatures);
  proposals.push({
    name,
    config: configText(from),
    update: base64(encode(common.ConfigUpdateEnvelopeSchema, { configUpdate, signatures })),
  });
}

const batch =
  (maxMessageCount: number): Change =>
  (root) =>
    void (group(root, "Orderer").values["BatchSize"] = value(orderer.BatchSizeSchema, {
      maxMessageCount,
      absoluteMaxBytes: 1000,
      preferredMaxBytes: 1000,
    }));
const addThree: Change = (root) => {
  group(root, "Application").groups["Org3"] = create(common.ConfigGroupSchema, {
    values: { MSP: value(msp.MSPConfigSchema, organizationMsp(three)) },
    policies: {
      Readers: signaturePolicy("OR('Org3MSP.member')"),
      Writers: signaturePolicy("OR('Org3MSP.member')"),
      Admins: signaturePolicy("OR('Org3MSP.admin')"),
      Endorsement: signaturePolicy("OR('Org3MSP.peer')"),
    },
    modPolicy: "Admins",
  });
};
const anchor: Change = (root) =>
  void (group(root, "Application", "Org1").values["AnchorPeers"] = value(peer.AnchorPeersSchema, {
    anchorPeers: [{ host: "elsewhere", port: 1 }],
  }));
const writeSet = (update: common.ConfigUpdate): common.ConfigGroup => update.writeSet ?? create(common.ConfigGroupSchema);
const readSet = (update: common.ConfigUpdate): common.ConfigGroup => update.readSet ?? create(common.ConfigGroupSchema);

await proposal("an orderer value, by its admin", batch(5), { signers: [admins.orderer] });
await proposal("an orderer value, by nobody", batch(5), { signers: [] });
await proposal("an orderer value, by another admin", batch(5), { signers: [admins.one] });
await proposal("an organisation, by both admins", addThree, { signers: [admins.one, admins.two] });
await proposal("an organisation, by one admin", addThree, { signers: [admins.one] });
await proposal("an organisation, by one admin twice", addThree, { signers: [admins.one, admins.one] });
await proposal("an organisation, by an admin and a user", addThree, { signers: [admins.one, admins.user] });
await proposal("an organisation's own value, by its admin", anchor, { signers: [admins.one] });
await proposal("an organisation's own value, by its user", anchor, { signers: [admins.user] });
await proposal("an organisation's own value, by another admin", anchor, { signers: [admins.two] });
await proposal("a removed organisation", (root) => void delete group(root, "Application").groups["Org2"]);
await proposal("a removed value", (root) => void delete group(root, "Application", "Org1").values["AnchorPeers"], {
  signers: [admins.one],
});
await proposal(
  "a changed policy",
  (root) => void (group(root, "Application").policies["Endorsement"] = signaturePolicy("OR('Org1MSP.peer')")),
);
await proposal("a changed mod_policy of a group", (root) => void (group(root, "Application").modPolicy = "/Channel/Orderer/Admins"));
await proposal(
  "a changed mod_policy of a value",
  (root) => void (entry(group(root, "Orderer").values, "BatchSize").modPolicy = "/Channel/Application/Org1/Admins"),
  { signers: [admins.orderer] },
);
await proposal(
  "a value of the whole channel",
  (root) =>
    void (root.values["OrdererAddresses"] = value(common.OrdererAddressesSchema, { addresses: ["a:1"] }, "/Channel/Orderer/Admins")),
);
await proposal(
  "a value of the whole channel, without the orderer's admin",
  (root) => void (root.values["OrdererAddresses"] = value(common.OrdererAddressesSchema, { addresses: ["a:1"] })),
  { signers: [admins.one, admins.two] },
);
await proposal("another channel", batch(5), { channelId: "other" });
await proposal("what is no update", batch(5), { bytes: Buffer.from([0xff]) });
await proposal("a wrong signature", batch(5), {
  signers: [admins.orderer],
  sign: ([one]) => void (one && (one.signature = Buffer.from("wrong"))),
});
await proposal("a signature header that cannot be decoded", batch(5), {
  signers: [admins.orderer],
  sign: ([one]) => void (one && (one.signatureHeader = Buffer.from([0xff]))),
});
await proposal("no difference", batch(5), { spoil: (update) => void (update.writeSet = update.readSet) as unknown as undefined });
await proposal("no sets", batch(5), {
  spoil: (update) => {
    delete update.readSet;
    delete update.writeSet;
  },
});
await proposal("no read set", batch(5), { spoil: (update) => void delete update.readSet });
await proposal("a read set of another version", batch(5), { spoil: (update) => void (group(readSet(update), "Orderer").version = 3n) });
await proposal("a read set with a group that is not there", batch(5), {
  spoil: (update) => void (readSet(update).groups["Missing"] = create(common.ConfigGroupSchema)),
});
await proposal("a read set with a policy that is not there", batch(5), {
  spoil: (update) => void (readSet(update).policies["Missing"] = create(common.ConfigPolicySchema)),
});
await proposal("a version that is skipped", batch(5), {
  spoil: (update) => void (entry(group(writeSet(update), "Orderer").values, "BatchSize").version = 2n),
});
await proposal("a version that is too large", batch(5), {
  spoil: (update) => void (entry(group(writeSet(update), "Orderer").values, "BatchSize").version = 2n ** 64n - 1n),
});
await proposal("a new element that has a version", addThree, {
  spoil: (update) => void (group(writeSet(update), "Application", "Org3").version = 1n),
});
await proposal("a new element without mod_policy", addThree, {
  spoil: (update) => void (group(writeSet(update), "Application", "Org3").modPolicy = ""),
});
await proposal("a mod_policy that is no path", batch(5), {
  spoil: (update) => void (entry(group(writeSet(update), "Orderer").values, "BatchSize").modPolicy = "not/a valid/path"),
});
await proposal("a mod_policy of dots", batch(5), {
  spoil: (update) => void (entry(group(writeSet(update), "Orderer").values, "BatchSize").modPolicy = "a/../b"),
});
await proposal("a mod_policy of a slash", batch(5), {
  spoil: (update) => void (entry(group(writeSet(update), "Orderer").values, "BatchSize").modPolicy = "/"),
});
await proposal("a name with a slash in the write set", batch(5), {
  spoil: (update) => void (writeSet(update).groups["Application/Org1"] = create(common.ConfigGroupSchema, { modPolicy: "Admins" })),
});
await proposal("a name with a slash in the read set", batch(5), {
  spoil: (update) => void (readSet(update).values["a/b"] = create(common.ConfigValueSchema)),
});
await proposal("an element that its group does not list", batch(5), {
  signers: [admins.orderer],
  spoil: (update) => void (group(writeSet(update), "Orderer").values["KafkaBrokers"] = value(orderer.KafkaBrokersSchema, {})),
});
await proposal("a group that lists what is not there", addThree, {
  spoil: (update) => void (group(writeSet(update), "Application").values["Missing"] = create(common.ConfigValueSchema)),
});
const guarded = changed(base, (root) => void (entry(group(root, "Orderer").values, "BatchSize").modPolicy = "NoSuchPolicy"));
await proposal("an element whose policy is missing", batch(5), { from: guarded });
const deep = changed(base, (root) => void (entry(group(root, "Application").values, "Capabilities").modPolicy = "Org1/Admins"));
await proposal(
  "an element guarded by a group below",
  (root) => void (group(root, "Application").values["Capabilities"] = capabilities("V2_0")),
  { from: deep, signers: [admins.one] },
);
const old = changed(base, (root) => {
  root.modPolicy = "";
  entry(root.values, "HashingAlgorithm").modPolicy = "";
  entry(group(root, "Orderer").policies, "Readers").modPolicy = "";
});
await proposal("a channel of Fabric 1.0 with elements without mod_policy", batch(5), { from: old, signers: [admins.orderer] });
const later = changed(base, (root) => {
  root.version = 7n;
  group(root, "Orderer").version = 3n;
  entry(group(root, "Orderer").values, "BatchSize").version = 41n;
});
later.sequence = 12n;
await proposal("a channel of many updates", batch(5), { from: later, signers: [admins.orderer] });
await proposal("no read set in a channel of many updates", batch(5), { from: later, spoil: (update) => void delete update.readSet });

const successors = [
  { name: "the same", after: base },
  { name: "without application", after: changed(base, (root) => void delete root.groups["Application"]) },
  { name: "without orderer", after: changed(base, (root) => void delete root.groups["Orderer"]) },
  { name: "one organisation less", after: changed(base, (root) => void delete group(root, "Application").groups["Org2"]) },
  { name: "one organisation more", after: changed(base, addThree) },
  {
    name: "another MSP in the application",
    after: changed(
      base,
      (root) => void (group(root, "Application", "Org2").values["MSP"] = value(msp.MSPConfigSchema, organizationMsp(three))),
    ),
  },
  {
    name: "another MSP in the orderer",
    after: changed(
      base,
      (root) => void (group(root, "Orderer", "Orderer").values["MSP"] = value(msp.MSPConfigSchema, organizationMsp(three))),
    ),
  },
].map(({ name, after }) => ({ name, before: configText(base), after: configText(after) }));

const computations = [
  changed(base, batch(5)),
  changed(base, addThree),
  changed(base, (root) => void delete group(root, "Application").groups["Org2"]),
  changed(base, (root) => {
    addThree(root);
    batch(7)(root);
    anchor(root);
    root.values["OrdererAddresses"] = value(common.OrdererAddressesSchema, {});
  }),
  changed(base, (root) => void (group(root, "Application").modPolicy = "Writers")),
  changed(base, (root) => {
    group(root, "Application").policies["Extra"] = metaPolicy("ANY", "Readers");
    delete group(root, "Application").policies["Writers"];
  }),
  changed(base, (root) => void delete root.groups["Orderer"]),
  base,
].map((after) => ({ before: configText(base), after: configText(after) }));
computations.push({
  before: configText(later),
  after: configText(
    changed(later, (root) => {
      batch(9)(root);
      addThree(root);
    }),
  ),
});

console.log(JSON.stringify({ configurations, successors, proposals, computations }));
