import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Turns } from "../../src/process/turns.ts";

describe("turns", () => {
  it("let one piece of work at a time have a name, in order, past failures", async () => {
    const turns = new Turns();
    const told: string[] = [];
    const work = (label: string, fails = false) =>
      turns.take("a", async () => {
        told.push(`${label} begins`);
        await pause(5);
        told.push(`${label} ends`);
        if (fails) throw new Error(label);
        return label;
      });
    expect(await Promise.allSettled([work("one"), work("two", true), work("three")])).toMatchObject([
      { value: "one" },
      { reason: { message: "two" } },
      { value: "three" },
    ]);
    expect(told).toEqual(["one begins", "one ends", "two begins", "two ends", "three begins", "three ends"]);
  });

  it("let parts of a name have it together, between those that take all of it", async () => {
    const turns = new Turns();
    const told: string[] = [];
    const [whole, left] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const work = (label: string, until?: Promise<void>) => async () => {
      told.push(`${label} begins`);
      await until;
      told.push(`${label} ends`);
    };
    const all = [
      turns.take("a", work("whole", whole.promise)),
      turns.share("a", "left", work("left", left.promise)),
      turns.share("a", "left", work("left again")),
      turns.share("a", "right", work("right")),
      turns.take("a", work("whole again")),
      turns.share("a", "right", work("right at last")),
    ];
    await pause(5);
    expect(told).toEqual(["whole begins"]);
    whole.resolve();
    await all[3];
    expect(told.slice(2)).toEqual(["left begins", "right begins", "right ends"]);
    left.resolve();
    await Promise.all(all);
    expect(told.slice(5)).toEqual([
      "left ends",
      "left again begins",
      "left again ends",
      "whole again begins",
      "whole again ends",
      "right at last begins",
      "right at last ends",
    ]);
  });

  it("do not make different names wait for each other", async () => {
    const turns = new Turns();
    const first = Promise.withResolvers<string>();
    const waiting = turns.take("a", () => first.promise);
    expect(await turns.take("b", () => Promise.resolve("second"))).toBe("second");
    first.resolve("first");
    expect(await waiting).toBe("first");
  });
});
