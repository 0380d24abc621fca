import { describe, expect, it } from "vitest";
import { z } from "zod";
import { apiErrors, endpoint, endpoints, isStream, permissions, toProblems } from "../src/index.ts";

const response = { status: 200, body: z.object({}) } as const;

/** Endpoints that act on backups, which are no networks, or look at a network that is not kept. */
const noNetwork = new Set(["verifyBackup", "deleteBackup", "lookAtImport"]);

describe("the contract", () => {
  it("compiles no endpoint without a permission, nor one that forgets a parameter of its path", () => {
    const wrong = [
      // @ts-expect-error -- no permission
      endpoint({ method: "GET", path: "/api/v1/x", summary: "", response, errors: [] }),
      // @ts-expect-error -- not a permission
      endpoint({ method: "GET", path: "/api/v1/x", summary: "", permission: "everything", response, errors: [] }),
      // @ts-expect-error -- {id} is not described
      endpoint({ method: "GET", path: "/api/v1/x/{id}", summary: "", permission: "server.read", response, errors: [] }),
      // @ts-expect-error -- not below /api/v1
      endpoint({ method: "GET", path: "/x", summary: "", permission: "server.read", response, errors: [] }),
    ];
    const params = z.object({ id: z.string() });
    const right = endpoint({ method: "GET", path: "/api/v1/x/{id}", summary: "", permission: "server.read", params, response, errors: [] });
    // What is checked here is checked by the compiler; at run time an endpoint is just data.
    expect([wrong.length, right.params]).toEqual([4, params]);
  });

  it("uses every permission, gives each method and path once, and each a summary", () => {
    const shapes = Object.values(endpoints);
    expect(new Set(shapes.map(({ permission }) => permission))).toEqual(new Set(permissions));
    expect(new Set(shapes.map(({ method, path }) => `${method} ${path}`)).size).toBe(shapes.length);
    for (const shape of shapes) expect(shape.summary).toMatch(/^[A-Z][^.]+$/);
  });

  it("answers what changes a network with 202 and an operation", () => {
    for (const [name, shape] of Object.entries(endpoints)) {
      if (isStream(shape.response)) continue;
      if (shape.permission === "accounts.write" || noNetwork.has(name)) continue;
      const changes = shape.permission.endsWith(".write") || shape.permission.endsWith(".delete") || shape.permission.endsWith(".deploy");
      expect([name, shape.response.status]).toEqual([name, changes ? 202 : 200]);
    }
  });

  it("has errors with a code of its own, a status and advice", () => {
    for (const [code, { status, next }] of Object.entries(apiErrors.descriptors)) {
      expect(code).toMatch(/^API_[A-Z_]+$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(next.length).toBeGreaterThan(10);
    }
  });
});

describe("problems", () => {
  const schema = z.strictObject({
    name: z.string().min(2),
    kind: z.enum(["a", "b"]).optional(),
    list: z.array(z.strictObject({ port: z.int() })).optional(),
    source: z.union([z.strictObject({ file: z.string() }), z.strictObject({ spec: z.strictObject({ n: z.int() }) })]).optional(),
  });
  it.each([
    [{}, ["name"]],
    [{ name: "x" }, ["name"]],
    [{ name: "xx", other: 1, more: 2 }, ["other", "more"]],
    [{ name: "xx", kind: "c" }, ["kind"]],
    [{ name: "xx", list: [{ port: 1 }, { port: "2" }] }, ["list[1].port"]],
    [{ name: "xx", source: { file: 5 } }, ["source.file"]],
    [{ name: "xx", source: { spec: { n: 1.5 } } }, ["source.spec.n"]],
    [null, [""]],
  ])("of %j are at %j", (value, paths) => {
    const result = schema.safeParse(value);
    expect(result.success ? [] : toProblems(result.error).map(({ path }) => path)).toEqual(paths);
  });
});
