import { readFileSync } from "node:fs";
import path from "node:path";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { isHeddleError } from "@heddle/network";
import { describe, expect, it } from "vitest";
import { createSignaturePolicy, formatSignaturePolicy, Msp, MspManager, parseSignaturePolicy } from "../src/index.ts";
import { common, msp } from "../src/wire.ts";

interface Vectors {
  readonly msps: readonly string[];
  readonly identities: readonly string[];
  /** `envelope` is absent where Fabric refused the text. */
  readonly texts: ReadonlyArray<{ readonly text: string; readonly envelope?: string }>;
  readonly evaluations: ReadonlyArray<{ readonly policy: string; readonly orders: readonly number[][]; readonly results: string }>;
}

const vectors = JSON.parse(readFileSync(path.join(import.meta.dirname, "vectors/policy.json"), "utf8")) as Vectors;
const bytes = (text: string): Buffer => Buffer.from(text, "base64");

/** Where we differ on purpose: `and` is a word of the expression language that Fabric 3 reads policies with; a comma too many it overlooks. */
const ONLY_HEDDLE = ["and('Org1MSP.peer', 'Org2MSP.peer')"];
const ONLY_FABRIC = ["AND('Org1MSP.peer', )"];

function parse(text: string): common.SignaturePolicyEnvelope | undefined {
  try {
    return parseSignaturePolicy(text);
  } catch (error) {
    if (isHeddleError(error, "FABRIC_POLICY_INVALID")) return undefined;
    throw error;
  }
}

describe("policy texts, as Fabric's own parser read them", () => {
  it.each(vectors.texts.filter(({ text }) => !ONLY_HEDDLE.includes(text) && !ONLY_FABRIC.includes(text)))("$text", ({ text, envelope }) => {
    const parsed = parse(text);
    expect(parsed && Buffer.from(toBinary(common.SignaturePolicyEnvelopeSchema, parsed)).toString("base64")).toBe(envelope);
  });

  it("differ where they are meant to", () => {
    for (const text of ONLY_HEDDLE) expect(parse(text)).toBeDefined();
    for (const text of ONLY_FABRIC) expect(parse(text)).toBeUndefined();
  });

  it("come back as the same bytes after they were written out", () => {
    const accepted = vectors.texts.flatMap(({ envelope }) => envelope ?? []);
    expect(accepted.length).toBeGreaterThan(100);
    for (const envelope of accepted) {
      const written = formatSignaturePolicy(fromBinary(common.SignaturePolicyEnvelopeSchema, bytes(envelope)));
      expect(Buffer.from(toBinary(common.SignaturePolicyEnvelopeSchema, parseSignaturePolicy(written))).toString("base64")).toBe(envelope);
    }
  });
});

describe("signature policies, as Fabric's own evaluator judged them", () => {
  it("are satisfied by the same identities in the same order", () => {
    const manager = new MspManager(vectors.msps.map((config) => Msp.fromConfig(fromBinary(msp.MSPConfigSchema, bytes(config)))));
    const identities = vectors.identities.map((serialized) => manager.deserialize(bytes(serialized)));
    let judged = 0;
    for (const { policy, orders, results } of vectors.evaluations) {
      const evaluator = createSignaturePolicy(fromBinary(common.SignaturePolicyEnvelopeSchema, bytes(policy)), manager);
      const ours = orders.map((order) => evaluator.evaluateIdentities(order.flatMap((index) => identities[index] ?? [])));
      expect(ours.map((satisfied) => (satisfied ? "1" : "0")).join("")).toBe(results);
      judged += results.length;
    }
    expect(judged).toBeGreaterThan(2000);
  });
});
