import { fromBinary } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import {
  adoptElements,
  computeConfigUpdate,
  ConfigUpdateError,
  createChannelGroup,
  differingElements,
  rehearseConfigUpdate,
  type ElementPlace,
} from "../src/index.ts";
import { orderer, type common } from "../src/wire.ts";
import { changed, channelConfig, channelSpec, createOrganizations, group, identityOf } from "./support/channel.ts";

const organizations = await createOrganizations();
const spec = channelSpec(organizations);
const base = channelConfig(spec);
const admin = (name: "one" | "two" | "orderer") => identityOf(organizations[name], "Admin");

const BATCH: ElementPlace = { groups: ["Orderer"], kind: "value", name: "BatchSize" };
const ENDORSEMENT: ElementPlace = { groups: ["Application"], kind: "policy", name: "Endorsement" };
const ANCHORS: ElementPlace = { groups: ["Application", "Org1"], kind: "value", name: "AnchorPeers" };
const CAPABILITIES: ElementPlace = { groups: [], kind: "value", name: "Capabilities" };
const ALL = [BATCH, ENDORSEMENT, ANCHORS, CAPABILITIES];

/** What a file with other settings makes. */
const wanted = createChannelGroup({
  ...spec,
  capabilities: { ...spec.capabilities, channel: "V3_0" },
  orderer: { ...spec.orderer, batch: { ...spec.orderer.batch, maxMessages: 77 } },
  application: {
    ...spec.application,
    endorsement: "ANY Endorsement",
    organizations: spec.application.organizations.map((one) => ({ ...one, anchorPeers: [] })),
  },
});

const batchOf = (config: common.Config): number =>
  fromBinary(orderer.BatchSizeSchema, group(config.channelGroup ?? wanted, "Orderer").values["BatchSize"]?.value ?? new Uint8Array())
    .maxMessageCount;

describe("adoptElements", () => {
  it("is the configuration itself where nothing differs", () => {
    expect(adoptElements(base, createChannelGroup(spec), ALL)).toBe(base);
  });

  it("takes what differs at the places, and nothing elsewhere", () => {
    expect(differingElements(base.channelGroup, wanted, ALL)).toEqual(ALL);
    const one = adoptElements(base, wanted, [BATCH]);
    expect(batchOf(one)).toBe(77);
    expect(differingElements(one.channelGroup, wanted, ALL)).toEqual([ENDORSEMENT, ANCHORS, CAPABILITIES]);
    expect(batchOf(base)).not.toBe(77);
    const update = computeConfigUpdate("trade", base, one);
    expect(Object.keys(update.writeSet?.groups ?? {})).toEqual(["Orderer"]);
  });

  it("takes out what the other tree lacks", () => {
    const one = adoptElements(base, wanted, [ANCHORS]);
    expect(group(one.channelGroup ?? wanted, "Application", "Org1").values).not.toHaveProperty("AnchorPeers");
    expect(adoptElements(one, createChannelGroup(spec), [ANCHORS]).channelGroup).toEqual(base.channelGroup);
  });

  it("refuses a place in a group that is not there", () => {
    const nowhere: ElementPlace = { groups: ["Application", "Nobody"], kind: "value", name: "AnchorPeers" };
    expect(() => adoptElements(base, wanted, [nowhere])).toThrow(expect.objectContaining({ code: "FABRIC_CONFIG_INVALID" }) as Error);
  });
});

describe("rehearseConfigUpdate", () => {
  const rehearse = (places: readonly ElementPlace[], ...signers: ("one" | "two" | "orderer")[]) =>
    rehearseConfigUpdate(spec.channelId, base, adoptElements(base, wanted, places), signers.map(admin));

  it.each([
    ["batch settings", [BATCH], ["orderer"], ["one"]],
    ["a policy", [ENDORSEMENT], ["one", "two"], ["one"]],
    ["anchor peers", [ANCHORS], ["one"], ["two"]],
    ["a capability", [CAPABILITIES], ["one", "two", "orderer"], ["one", "orderer"]],
  ] as const)("takes %s with the signatures that are asked for, and not with others", async (_what, places, enough, tooFew) => {
    await expect(rehearse(places, ...enough)).resolves.toBeUndefined();
    await expect(rehearse(places, ...tooFew)).rejects.toThrow(ConfigUpdateError);
  });

  it("refuses what Fabric could not work with", async () => {
    const broken = changed(base, (root) => void delete group(root, "Orderer").values["BatchTimeout"]);
    await expect(rehearseConfigUpdate(spec.channelId, base, broken, [admin("orderer")])).rejects.toMatchObject({
      code: "FABRIC_CONFIG_INVALID",
    });
  });

  it("refuses an update that changes nothing", async () => {
    await expect(rehearseConfigUpdate(spec.channelId, base, base, [])).rejects.toMatchObject({ code: "FABRIC_CONFIG_UPDATE_REFUSED" });
  });
});
