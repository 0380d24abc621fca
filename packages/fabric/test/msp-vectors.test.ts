import { fromBinary } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { MspManager, Msp, serializeIdentity, type Identity } from "../src/index.ts";
import { msp } from "../src/wire.ts";
import { readMspVectors, type JudgedCase } from "./support/msp-vectors.ts";

const cases = readMspVectors();

/** What we say, in the shape of what Fabric said. */
function judge(one: JudgedCase<Buffer>) {
  const manager = new MspManager([Msp.fromConfig(fromBinary(msp.MSPConfigSchema, one.config), { allowEd25519: one.v3 ?? false })]);
  const known = new Map<string, Identity>();
  const identities = one.identities.map(({ name, idBytes }) => {
    let identity: Identity;
    try {
      identity = manager.deserialize(serializeIdentity("Org1MSP", idBytes.toString("latin1")));
    } catch {
      return { name, readable: false };
    }
    known.set(name, identity);
    const satisfies = (one.principals ?? [])
      .filter(({ bytes }) => identity.satisfies(fromBinary(msp.MSPPrincipalSchema, bytes)))
      .map((principal) => principal.name);
    return { name, readable: true, valid: isValid(identity), id: identity.id, satisfies };
  });
  const signatures = (one.signatures ?? []).map((entry) => ({
    name: entry.name,
    valid: known.get(entry.identity)?.verify(entry.message, entry.signature) === true,
  }));
  return { identities, signatures };
}

function isValid(identity: Identity): boolean {
  try {
    identity.validate();
    return true;
  } catch {
    return false;
  }
}

function recorded(one: JudgedCase<Buffer>): ReturnType<typeof judge> {
  return {
    identities: one.identities.map(({ name, verdict = {} }) =>
      verdict.deserialize === undefined
        ? { name, readable: true, valid: verdict.validate === undefined, id: verdict.id ?? "", satisfies: [...(verdict.satisfies ?? [])] }
        : { name, readable: false },
    ),
    signatures: (one.signatures ?? []).map(({ name, valid }) => ({ name, valid })),
  };
}

describe("membership, as Fabric's own msp package judged it", () => {
  it("has cases of every kind", () => {
    expect(cases.length).toBeGreaterThan(60);
    expect(cases.flatMap(({ identities }) => identities).length).toBeGreaterThan(300);
  });

  it.each(cases.filter(({ setup }) => setup === undefined).map((one) => [one.name, one] as const))("%s", (_, one) => {
    expect(judge(one)).toEqual(recorded(one));
  });

  it.each(cases.filter(({ setup }) => setup !== undefined).map((one) => [one.name, one] as const))("does not set up: %s", (_, one) => {
    expect(() => judge(one)).toThrow(expect.objectContaining({ code: "FABRIC_CONFIG_INVALID" }));
  });
});
