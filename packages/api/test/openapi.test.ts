import { describe, expect, it } from "vitest";
import { apiErrors, createOpenApi, endpoints, errorsOf } from "../src/index.ts";

interface Described {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly "x-permission": string;
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

/** Statuses of the API's own codes; those of packages it does not know are all the same here. */
const statusOf = (code: string): number => (code in apiErrors.descriptors ? apiErrors.descriptors[code as "API_INTERNAL"].status : 409);

const document = createOpenApi("1.2.3", statusOf) as unknown as Document;

function refsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(refsIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === "$ref" ? [String(inner)] : refsIn(inner)));
}

describe("the OpenAPI document", () => {
  it("describes every endpoint once, with its permission", () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [
        operation.operationId,
        `${method.toUpperCase()} ${path}`,
        operation["x-permission"],
      ]),
    );
    const expected = Object.entries(endpoints).map(([name, shape]) => [name, `${shape.method} ${shape.path}`, shape.permission]);
    expect(described.length).toBeGreaterThan(20);
    expect(new Set(described)).toEqual(new Set(expected));
  });

  it("has every schema that it refers to, and no other kind of reference", () => {
    const refs = refsIn(document);
    expect(refs.length).toBeGreaterThan(20);
    const known = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
    for (const ref of refs) expect(known).toContain(ref);
    expect(JSON.stringify(document)).not.toContain("$schema");
  });

  it("describes every status that an endpoint may answer with, and no other", () => {
    for (const [name, shape] of Object.entries(endpoints)) {
      const { responses } = document.paths[shape.path]?.[shape.method.toLowerCase()] ?? { responses: {} };
      const success = "status" in shape.response ? shape.response.status : 200;
      const expected = new Set([success, ...errorsOf(shape).map(statusOf)]);
      expect([name, new Set(Object.keys(responses).map(Number))]).toEqual([name, expected]);
    }
  });

  it("describes the parameters of each path", () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      for (const operation of Object.values(methods)) {
        const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === "path");
        expect(parameters.map(({ name }) => name)).toEqual(names);
      }
    }
  });
});
