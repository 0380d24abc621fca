import { z } from "zod";
import { networkFileSchema } from "./schema/network-file.ts";

/** JSON Schema (2020-12) of a network file as a person writes it, for editors and forms. */
export function networkJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(networkFileSchema, { io: "input", target: "draft-2020-12" });
  return { $schema, $id: "https://heddle.dev/schemas/network.v1.json", title: "Heddle network file", ...schema };
}
