import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeFields } from "../src/index.ts";
import { common } from "../src/wire.ts";

const bytes = fc.uint8Array({ maxLength: 300 });

describe("length-delimited fields", () => {
  it("are marshaled as the protobuf library does: an envelope", () => {
    fc.assert(
      fc.property(bytes, bytes, (payload, signature) => {
        const expected = toBinary(common.EnvelopeSchema, create(common.EnvelopeSchema, { payload, signature }));
        expect(Buffer.compare(encodeFields([1, payload], [2, signature]), expected)).toBe(0);
      }),
    );
  });

  it("are marshaled as the protobuf library does: repeated, empty ones included", () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 8 }), (data) => {
        const expected = toBinary(common.BlockDataSchema, create(common.BlockDataSchema, { data }));
        expect(Buffer.compare(encodeFields([1, data]), expected)).toBe(0);
      }),
    );
  });

  it.each([0x7f, 0x80, 0x3fff, 0x4000, 0x1f_ffff, 0x20_0000])("are marshaled as the protobuf library does: %i bytes", (length) => {
    const payload = new Uint8Array(length).fill(7);
    const expected = toBinary(common.EnvelopeSchema, create(common.EnvelopeSchema, { payload }));
    expect(Buffer.compare(encodeFields([1, payload]), expected)).toBe(0);
  });
});
