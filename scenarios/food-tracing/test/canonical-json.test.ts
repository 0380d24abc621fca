import { describe, expect, it } from "vitest";
import { canonicalJson } from "../src/canonical-json.ts";

describe("canonicalJson", () => {
  it("sorts keys at every depth and leaves out what is undefined", () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: { z: true, y: "é" }, x: undefined })).toBe(
      '{"a":{"y":"é","z":true},"b":[{"c":null,"d":1}]}',
    );
  });
});
