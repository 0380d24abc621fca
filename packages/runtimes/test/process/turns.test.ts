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

  it("do not make different names wait for each other", async () => {
    const turns = new Turns();
    const first = Promise.withResolvers<string>();
    const waiting = turns.take("a", () => first.promise);
    expect(await turns.take("b", () => Promise.resolve("second"))).toBe("second");
    first.resolve("first");
    expect(await waiting).toBe("first");
  });
});
