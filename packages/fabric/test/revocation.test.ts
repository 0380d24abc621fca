import { clone } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import {
  ChannelBundle,
  computeConfigUpdate,
  configFromBlock,
  createGenesisBlock,
  createLocalSigningIdentity,
  issueUser,
  revocationListsOf,
  revokeMembers,
  withRevocationLists,
  type LocalSigningIdentity,
} from "../src/index.ts";
import { common } from "../src/wire.ts";
import { parseDerCertificate } from "../src/x509/parsed.ts";
import { readPem } from "../src/x509/pem.ts";
import { channelSpec, createOrganizations, first, identityOf } from "./support/channel.ts";

const organizations = await createOrganizations();
const { config } = configFromBlock(createGenesisBlock(channelSpec(organizations)));
const invalid = expect.objectContaining({ code: "FABRIC_CONFIG_INVALID" }) as Error;

/** What a channel says of an identity; undefined when it is valid. */
function verdict(channel: common.Config, identity: LocalSigningIdentity): string | undefined {
  try {
    ChannelBundle.fromConfig("trade", channel).msps.deserialize(identity.serialized).validate();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe("a user that comes later", () => {
  it("is vouched for like those of the beginning, and takes the place of its former identity", async () => {
    const once = await issueUser(organizations.one, "auditor", { department: "audit" });
    const twice = await issueUser(once, "auditor");
    expect(once.users.map(({ name }) => name)).toEqual([...organizations.one.users.map(({ name }) => name), "auditor@org1.example.com"]);
    expect(twice.users.map(({ name }) => name)).toEqual(once.users.map(({ name }) => name));
    expect(verdict(config, identityOf(once, "auditor"))).toBeUndefined();
    expect(verdict(config, identityOf(twice, "auditor"))).toBeUndefined();
    expect(identityOf(once, "auditor").serialized).not.toEqual(identityOf(twice, "auditor").serialized);
  });

  it("carries its attributes as Fabric CA writes them", async () => {
    const { users } = await issueUser(organizations.one, "auditor", { department: "audit" });
    const member = users.find(({ name }) => name.startsWith("auditor"));
    const certificate = parseDerCertificate(readPem(member?.signing.certificatePem ?? "", "CERTIFICATE"));
    expect(certificate.der.toString("latin1")).toContain('{"attrs":{"department":"audit"}}');
  });
});

describe("a revoked identity", () => {
  it("is valid no more where the list is, and nobody else is concerned", async () => {
    const { one, two } = organizations;
    const { users } = await issueUser(one, "gone");
    const gone = first(users.filter(({ name }) => name.startsWith("gone")));
    const identity = createLocalSigningIdentity(one.mspId, gone.signing.certificatePem, gone.signing.privateKeyPem);
    const list = await revokeMembers(one, [gone.signing.certificatePem]);
    const before = clone(common.ConfigSchema, config);
    const after = withRevocationLists(config, "Org1", [list]);
    expect(config).toEqual(before);
    expect(verdict(config, identity)).toBeUndefined();
    expect(verdict(after, identity)).toContain("revoked");
    for (const member of [identityOf(one, "app"), identityOf(one, "peer0"), identityOf(two, "app")])
      expect(verdict(after, member)).toBeUndefined();
    expect(revocationListsOf(config, "Org1")).toEqual([]);
    expect(revocationListsOf(after, "Org1")).toEqual([list]);
    expect(revocationListsOf(after, "Org2")).toEqual([]);
  });

  it("takes an update of the organisation's MSP alone", async () => {
    const list = await revokeMembers(organizations.orderer, [first(organizations.orderer.nodes).signing.certificatePem]);
    const update = computeConfigUpdate("trade", config, withRevocationLists(config, "Orderer", [list]));
    const written = update.writeSet?.groups["Orderer"]?.groups["Orderer"];
    expect(Object.keys(update.writeSet?.groups ?? {})).toEqual(["Orderer"]);
    expect(written?.values["MSP"]?.version).toBe(1n);
    expect(Object.keys(written?.values ?? {})).toEqual(["MSP"]);
  });

  it("can be taken back by leaving it out of the list", async () => {
    const list = await revokeMembers(organizations.one, [first(organizations.one.users).signing.certificatePem]);
    const revoked = withRevocationLists(config, "Org1", [list]);
    expect(withRevocationLists(revoked, "Org1", [])).toEqual(config);
  });

  it.each(["Org9", "constructor", "__proto__", ""])("is not looked for in %o, which is no organisation", (name) => {
    expect(() => revocationListsOf(config, name)).toThrow(invalid);
    expect(() => withRevocationLists(config, name, [])).toThrow(invalid);
  });

  it.each([Buffer.from([0xff]), Buffer.from([0x12, 1, 0xff])])("is not looked for in an MSP that is none", (value) => {
    const broken = clone(common.ConfigSchema, config);
    const group = broken.channelGroup?.groups["Application"]?.groups["Org1"];
    const held = group?.values["MSP"];
    if (held !== undefined) held.value = value;
    expect(() => revocationListsOf(broken, "Org1")).toThrow(invalid);
    if (group !== undefined) delete group.values["MSP"];
    expect(() => withRevocationLists(broken, "Org1", [])).toThrow(invalid);
  });
});
