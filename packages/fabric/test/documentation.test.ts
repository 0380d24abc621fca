import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import * as everything from "../src/index.ts";
import { fabricErrors } from "../src/index.ts";

const source = path.join(import.meta.dirname, "../src");
const index = readFileSync(path.join(source, "index.ts"), "utf8");

/** Every exported name with the file it comes from. */
const names = [...index.matchAll(/export (?:type )?\{([^}]*)\} from "\.\/([^"]+)";/g)].flatMap(([, list = "", file = ""]) =>
  list
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean)
    .map((name) => ({ name, file })),
);

/** The lines before a declaration, with its documentation at their end. */
function linesBefore(file: string, declaration: RegExp): { text: string; before: string } | undefined {
  const lines = readFileSync(path.join(source, file), "utf8").split("\n");
  const at = lines.findIndex((line) => declaration.test(line));
  return at < 0 ? undefined : { text: lines.slice(at).join("\n"), before: lines[at - 1] ?? "" };
}

const DECLARATION = (name: string) => new RegExp(`^export (?:async )?(?:function|class|interface|type|const) ${name}\\b`);

describe("the public names", () => {
  it("are listed by hand, and all of them are looked at here", () => {
    expect(names.length).toBeGreaterThan(100);
    for (const name of Object.keys(everything)) expect(names.map((one) => one.name)).toContain(name);
  });

  it.each(names)("$name is documented", ({ name, file }) => {
    const found = linesBefore(file, DECLARATION(name));
    expect(found?.before.trim()).toMatch(/\*\/$/);
  });

  const classes = names.filter(({ name, file }) => linesBefore(file, new RegExp(`^export class ${name}\\b`)) !== undefined);

  it.each(classes)("$name documents its public methods", ({ name, file }) => {
    const { text = "" } = linesBefore(file, new RegExp(`^export class ${name}\\b`)) ?? {};
    const lines = text.slice(0, text.indexOf("\n}\n")).split("\n");
    const methods = lines.flatMap((line, at) =>
      /^ {2}(?:static |async |get |\*)*[a-z]\w*\(/.test(line) && !/^ {2}constructor/.test(line)
        ? [[line.trim(), lines[at - 1]?.trim() ?? ""]]
        : [],
    );
    for (const [method, before] of methods) expect(`${before} before ${method}`).toMatch(/^(?:.*\*\/) before/);
  });

  it("include errors with stable codes and advice", () => {
    for (const [code, { status, message, next }] of Object.entries(fabricErrors.descriptors)) {
      expect(code).toMatch(/^FABRIC_[A-Z_]+$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(message.length).toBeGreaterThan(10);
      expect(next.length).toBeGreaterThan(20);
    }
  });
});
