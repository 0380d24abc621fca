// What the documents say is what the code does: generated parts are as the code makes them, examples
// are valid, command lines are known to the command, links lead somewhere, and no error is forgotten.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { createProgram } from "@heddle/cli";
import { parseNetworkFile } from "@heddle/network";
import { describe, expect, it } from "vitest";
import { currentText, generatedFiles, schemaFile } from "../docs/documents.ts";
import { errorCatalogues, sourceFiles } from "../docs/errors.ts";
import { networkFields } from "../docs/network-file.ts";
import { anchors, codeBlocks, localLinks, markdownFiles, readDocument } from "../lib/markdown.ts";

const root = path.resolve(import.meta.dirname, "../..");
const documents = markdownFiles(root);

describe("generated documents", async () => {
  it.each(await generatedFiles())("$file is as the code makes it; else run: npm run docs", ({ file, text }) => {
    expect(currentText(file)).toBe(text);
  });

  it("tell the meaning of every field of the network file", () => {
    const fields = networkFields();
    expect(fields.length).toBeGreaterThan(40);
    expect(fields.filter(({ schema }) => (schema.description ?? "") === "").map((field) => field.path)).toEqual([]);
  });
});

describe("errors", async () => {
  const catalogues = await errorCatalogues();
  const codes = catalogues.flatMap(({ descriptors }) => Object.keys(descriptors));

  it("have codes of their own, a status, and something to do next", () => {
    expect(codes.length).toBeGreaterThan(100);
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
    for (const { descriptors } of catalogues) {
      for (const [code, { status, message, next }] of Object.entries(descriptors)) {
        expect(code).toMatch(/^[A-Z]+(_[A-Z0-9]+)+$/);
        expect(status).toBeGreaterThanOrEqual(400);
        expect([code, message.length > 5, next.length > 5]).toEqual([code, true, true]);
      }
    }
  });

  it("are all made somewhere", () => {
    const texts = sourceFiles()
      .filter((file) => !catalogues.some((catalogue) => path.join(root, catalogue.file) === file))
      .map((file) => readFileSync(file, "utf8"));
    expect(texts.length).toBeGreaterThan(100);
    expect(codes.filter((code) => !texts.some((text) => text.includes(`"${code}"`)))).toEqual([]);
  });
});

describe("examples", () => {
  const files = readdirSync(path.join(root, "docs/examples")).map((name) => `docs/examples/${name}`);
  it.each(files)("%s is a valid network file, and names its schema for editors", (file) => {
    const text = readDocument(root, file);
    expect(parseNetworkFile(text).kind).toBe("Network");
    const [, schema = ""] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
    expect(path.join(path.dirname(file), schema)).toBe(schemaFile);
  });

  const blocks = documents.flatMap((file) => codeBlocks(readDocument(root, file)).map(({ code }) => ({ file, code })));
  const networks = blocks.filter(({ code }) => code.startsWith("apiVersion: heddle.dev/"));
  it.each(networks)("the network file in $file is valid", ({ code }) => {
    expect(parseNetworkFile(code).kind).toBe("Network");
  });

  const lines = blocks.flatMap(({ file, code }) => commandLines(code).map((words) => ({ file, line: words.join(" "), words })));
  it("name commands and options that there are", () => {
    expect(networks.length).toBeGreaterThan(0);
    expect(lines.length).toBeGreaterThan(20);
    const program = createProgram(process, () => Promise.resolve());
    expect(lines.flatMap(({ file, line, words }) => faultsOf(program, words).map((fault) => `${file}: ${line}: ${fault}`))).toEqual([]);
  });
});

describe("the architecture", () => {
  it("has a row for each package", () => {
    const text = readDocument(root, "ARCHITECTURE.md");
    const packages = ["packages", "apps"].flatMap((group) => readdirSync(path.join(root, group)).map((name) => `${group}/${name}`));
    expect(packages.length).toBeGreaterThan(8);
    expect(packages.filter((name) => !text.includes(`\n| \`${name}\` |`))).toEqual([]);
  });
});

describe("links", () => {
  it("lead to files and headings that there are", () => {
    expect(documents.length).toBeGreaterThan(10);
    const broken = documents.flatMap((file) =>
      localLinks(readDocument(root, file)).flatMap(({ target, heading }) => {
        const found = target === "" ? file : path.join(path.dirname(file), target);
        if (!existsSync(path.join(root, found))) return [`${file}: ${target}`];
        return heading === undefined || anchors(readDocument(root, found)).has(heading) ? [] : [`${file}: ${target}#${heading}`];
      }),
    );
    expect(broken).toEqual([]);
  });
});

/** Command lines of `heddle` in a code block, in words; also those within `$(…)`. */
function commandLines(code: string): string[][] {
  return code.split("\n").flatMap((line) => {
    if (/\[options\]/.test(line)) return [];
    const [, inner] = /\$\((?:\.\/)?heddle ([^)]*)\)/.exec(line) ?? [];
    const [, outer] = /^(?:\$ )?(?:\.\/)?heddle (.*)$/.exec(line) ?? [];
    const text = (inner ?? outer)?.replace(/\s+#.*$/, "").split(/ (?:[|>&;]|&&) ?/, 1)[0];
    return text === undefined ? [] : [[...text.matchAll(/"[^"]*"|'[^']*'|\S+/g)].map(([word]) => word)];
  });
}

/** What the command line would not understand. */
function faultsOf(program: ReturnType<typeof createProgram>, words: readonly string[]): string[] {
  let command = program;
  for (const word of words) {
    const inner = command.commands.find((candidate) => candidate.name() === word);
    if (inner === undefined) break;
    command = inner;
  }
  const known = [...command.options, ...program.options].flatMap(({ long, short }) => [long, short]);
  const flags = words
    .filter((word) => /^--?[a-z]/.test(word) && !["--help", "-h"].includes(word))
    .map((word) => word.split("=", 1)[0] ?? "");
  const unknown = flags.filter((flag) => !known.includes(flag)).map((flag) => `there is no option ${flag}`);
  const first = words[0] ?? "";
  const noCommand = command === program && !first.startsWith("-") ? [`there is no command ${first}`] : [];
  return [...noCommand, ...unknown];
}
