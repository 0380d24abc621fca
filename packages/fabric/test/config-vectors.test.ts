import { fromBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { ChannelBundle, computeConfigUpdate, ConfigUpdateError, proposeConfigUpdate } from "../src/index.ts";
import { common } from "../src/wire.ts";
import { readConfigVectors } from "./support/config-vectors.ts";

const vectors = readConfigVectors();

function decode<Schema extends DescMessage>(schema: Schema, text: string): MessageShape<Schema> {
  return fromBinary(schema, Buffer.from(text, "base64"));
}

const bundle = (channel: string, config: string): ChannelBundle => ChannelBundle.fromConfig(channel, decode(common.ConfigSchema, config));

/** Fabric's own prefixes say which of its packages speaks; what is wrong follows them. */
const LAYERS =
  /^(initializing (channelconfig|policymanager|configtx manager) failed: |could not create channel \w+ sub-group config: |failed to deserialize values: )+/;

describe("channel configurations, as Fabric judged them", () => {
  it("has cases of both kinds", () => {
    expect(vectors.configurations.filter(({ error }) => error === undefined).length).toBeGreaterThan(30);
    expect(vectors.configurations.filter(({ error }) => error !== undefined).length).toBeGreaterThan(70);
  });

  it.each(vectors.configurations.filter(({ error }) => error === undefined))("takes: $name", ({ channel, config }) => {
    expect(bundle(channel, config).channelId).toBe(channel);
  });

  it.each(vectors.configurations.filter(({ error }) => error !== undefined))("refuses: $name", ({ channel, config }) => {
    expect(() => bundle(channel, config)).toThrow(expect.objectContaining({ code: "FABRIC_CONFIG_INVALID" }));
  });

  it("names unknown keys in Fabric's words", () => {
    const unknown = vectors.configurations.filter(({ error }) => error?.includes("Unexpected key") === true);
    expect(unknown.length).toBeGreaterThan(5);
    for (const { channel, config, error } of unknown) expect(() => bundle(channel, config)).toThrow(textOf(error));
  });
});

/** Fabric's text without the names of its layers, or without the prefix that the orderer adds. What Go's protobuf says of broken bytes is its own. */
const textOf = (error = ""): string =>
  error.includes("proto: ") ? "" : error.replace(LAYERS, "").replace(/^error authorizing update: /, "");

describe("configurations that follow each other, as Fabric judged them", () => {
  const judge = ({ before, after }: { before: string; after: string }) => bundle("trade", before).requireSuccessor(bundle("trade", after));

  it.each(vectors.successors.filter(({ error }) => error === undefined))("allows: $name", (one) => {
    expect(() => judge(one)).not.toThrow();
  });

  it.each(vectors.successors.filter(({ error }) => error !== undefined))("does not allow: $name", (one) => {
    expect(() => judge(one)).toThrow(one.error);
  });
});

describe("configuration updates, as Fabric judged them", () => {
  it.each(vectors.proposals.filter(({ error }) => error === undefined))("takes: $name", ({ config, update, result }) => {
    const proposed = proposeConfigUpdate(bundle("trade", config), decode(common.ConfigUpdateEnvelopeSchema, update));
    expect(proposed).toEqual(decode(common.ConfigSchema, result ?? ""));
  });

  it.each(vectors.proposals.filter(({ error }) => error !== undefined))("refuses: $name", ({ config, update, error }) => {
    const propose = (): unknown => proposeConfigUpdate(bundle("trade", config), decode(common.ConfigUpdateEnvelopeSchema, update));
    expect(propose).toThrow(ConfigUpdateError);
    expect(propose).toThrow(textOf(error));
  });
});

describe("computed updates, as configtxlator computed them", () => {
  const compute = ({ before, after }: { before: string; after: string }) =>
    computeConfigUpdate("", decode(common.ConfigSchema, before), decode(common.ConfigSchema, after));

  it("are the same", () => {
    const computed = vectors.computations.filter(({ error }) => error === undefined);
    expect(computed.length).toBeGreaterThan(5);
    for (const one of computed) expect(compute(one)).toEqual(decode(common.ConfigUpdateSchema, one.update ?? ""));
  });

  it("are refused where nothing differs", () => {
    const [one, ...others] = vectors.computations.filter(({ error }) => error !== undefined);
    expect(others).toEqual([]);
    expect(() => compute(one ?? { before: "", after: "" })).toThrow(expect.objectContaining({ code: "FABRIC_CONFIG_UPDATE_REFUSED" }));
  });
});
