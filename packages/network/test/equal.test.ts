import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isEqual } from "../src/plan/equal.ts";

test("agrees with node's deep equality on all pairs of JSON values", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
      expect(isEqual(left, right)).toBe(isDeepStrictEqual(left, right));
      expect(isEqual(left, structuredClone(left))).toBe(true);
    }),
  );
});

test("tells a list from an object and a missing field from an undefined one", () => {
  expect(isEqual([], {})).toBe(false);
  expect(isEqual({ a: undefined }, { b: undefined })).toBe(false);
  expect(isEqual({ a: undefined }, {})).toBe(false);
});
