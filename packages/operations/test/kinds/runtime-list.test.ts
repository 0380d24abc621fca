import { runtimeErrors, type Runtime, type RuntimePrograms } from "@heddle/runtimes";
import { describe, expect, it } from "vitest";
import { listRuntimes } from "../../src/services/runtime-list.ts";

/** The part of a runtime that is looked at. */
function runtimeOf(name: string, parts: Pick<Runtime, "requireUsable" | "programs">): Runtime {
  return { name, ...parts } as Runtime;
}

describe("the runtimes of a server", () => {
  const programs: RuntimePrograms = { version: "v3.1.1", folder: "/fabric/bin" };
  const missing = runtimeErrors.create("RUNTIME_TOOLS_MISSING", { missing: "peer", place: "PATH" });

  it("are told with their programs, or with what is missing", async () => {
    const all = [
      runtimeOf("embedded", {}),
      runtimeOf("native", { requireUsable: () => Promise.resolve(), programs: () => Promise.resolve(programs) }),
      runtimeOf("elsewhere", { requireUsable: () => Promise.reject(missing) }),
    ];
    expect(await listRuntimes(all, "3.1")).toEqual([
      { name: "embedded", programs: undefined, problem: undefined },
      { name: "native", programs, problem: undefined },
      {
        name: "elsewhere",
        programs: undefined,
        problem: { code: "RUNTIME_TOOLS_MISSING", message: missing.message, next: missing.next },
      },
    ]);
  });

  it("are not told where the question itself fails", async () => {
    const broken = runtimeOf("broken", { requireUsable: () => Promise.reject(new TypeError("no")) });
    await expect(listRuntimes([broken], "3.1")).rejects.toBeInstanceOf(TypeError);
  });
});
