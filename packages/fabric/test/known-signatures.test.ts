import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Msp, MspManager, organizationMsp, serializeIdentity } from "../src/index.ts";
import { createOrganizations, identityOf } from "./support/channel.ts";

const { one, two } = await createOrganizations();
const manager = new MspManager([one, two].map((organization) => Msp.fromConfig(organizationMsp(organization))));
const signer = identityOf(one, "app");
const owner = manager.deserialize(signer.serialized);
const others = [identityOf(one, "Admin"), identityOf(two, "app")].map(({ serialized }) => manager.deserialize(serialized));

describe("a signature that is known to hold", () => {
  it.each(["signSync", "signKnown"] as const)("by %s holds again, for its owner, its message and itself alone", (how) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (message, at, flip) => {
        const signature = signer[how](message);
        expect([owner.verify(message, signature), owner.verify(message, signature)]).toEqual([true, true]);
        expect(others.map((other) => other.verify(message, signature))).toEqual([false, false]);
        const damaged = Buffer.from(signature);
        damaged[at % damaged.length] = (damaged[at % damaged.length] ?? 0) ^ flip;
        expect([owner.verify(message, damaged), owner.verify(Buffer.concat([message, Buffer.from([0])]), signature)]).toEqual([
          false,
          false,
        ]);
        // None of what failed has made it into what is known.
        expect(owner.verify(message, damaged)).toBe(false);
        expect(owner.verify(message, signature)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it("is checked on another thread with the same answer, and is known afterwards where it holds", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), fc.nat(), fc.integer({ min: 1, max: 255 }), async (message, at, flip) => {
        const signature = await signer.sign(message);
        const damaged = Buffer.from(signature);
        damaged[at % damaged.length] = (damaged[at % damaged.length] ?? 0) ^ flip;
        expect(await Promise.all([owner.verifyAside(message, signature), owner.verifyAside(message, damaged)])).toEqual([true, false]);
        expect(await Promise.all(others.map((other) => other.verifyAside(message, signature)))).toEqual([false, false]);
        expect([owner.verify(message, signature), owner.verify(message, damaged)]).toEqual([true, false]);
        expect(await owner.verifyAside(message, Buffer.from("no signature"))).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  it("is the owner's on another channel as well", () => {
    const elsewhere = new MspManager([Msp.fromConfig(organizationMsp(one))]);
    const message = Buffer.from("m");
    const signature = signer.signKnown(message);
    expect(elsewhere.deserialize(signer.serialized).verify(message, signature)).toBe(true);
    expect(elsewhere.deserialize(identityOf(one, "Admin").serialized).verify(message, signature)).toBe(false);
  });
});

describe("identities", () => {
  it("that share most of their bytes are told apart", () => {
    expect(manager.deserialize(signer.serialized)).toBe(owner);
    // The same certificate under another organisation's name.
    expect(() => manager.deserialize(serializeIdentity(two.mspId, owner.certificatePem))).toThrow("unknown authority");
    expect(manager.deserialize(Buffer.from(signer.serialized))).toBe(owner);
  });
});
