// Network files that are wrong as texts: not YAML, more YAML than a network file needs, or made to
// wear the reader out. Wrong fields are in bad-files.test.ts.
import { MAX_FILE_BYTES, parseNetworkFile, validateNetwork } from "@heddle/network";
import { afterEach, describe, expect, it, vi } from "vitest";
import { errorOf } from "./fixtures.ts";

const good = "apiVersion: heddle.dev/v1\nkind: Network\nmetadata: {name: demo}\nspec:\n  organizations: [{name: Org1}]\n";
const named = (name: string): string => good.replace("demo", () => name);
const UNREADABLE = "NETWORK_FILE_UNREADABLE";
const INVALID = "NETWORK_FILE_INVALID";

type Row = readonly [what: string, text: string, code: string, place: string | number | undefined];

/** `place` is the line for what cannot be read, the path of a problem for what is not valid. */
const rows: readonly Row[] = [
  ["nothing", "", INVALID, "spec"],
  ["a comment", "# later\n", INVALID, "spec"],
  ["a word", "trade", INVALID, ""],
  ["a number", "42", INVALID, ""],
  ["a list", "- kind: Network\n", INVALID, ""],
  ["a web page", "<html><body>503</body></html>", INVALID, ""],
  ["half a JSON value", '{"kind": "Network"', UNREADABLE, 1],
  ["a tab", good.replace("  organizations", "\torganizations"), UNREADABLE, 5],
  ["an open bracket", "apiVersion: [\n", UNREADABLE, 2],
  ["an open quote", named('"demo'), UNREADABLE, 6],
  ["lines that end as on old Macs", good.replaceAll("\n", "\r"), UNREADABLE, 1],
  ["two documents", `${good}---\n${good}`, UNREADABLE, 6],
  ["something after its end", `${good}...\nx: 1\n`, UNREADABLE, 7],
  ["a YAML of the future", `%YAML 9.9\n---\n${good}`, UNREADABLE, 1],
  ["a tag that makes objects elsewhere", named("!!js/function 'return 1'"), UNREADABLE, 3],
  ["a tag of its own", named("!secret demo"), UNREADABLE, 3],
  ["bytes", named("!!binary aGk="), INVALID, "metadata.name"],
  ["a key twice", good.replace("kind: Network", "kind: Network\nkind: Network"), UNREADABLE, 3],
  ["a key twice, deep inside", good.replace("{name: Org1}", "{name: Org1, name: Org2}"), UNREADABLE, 5],
  ["the same key in two spellings", good.replace("kind: Network", 'kind: Network\n"kind": Network'), UNREADABLE, 3],
  ["a list as key", `? [a, b]\n: 1\n${good}`, INVALID, '["[ a, b ]"]'],
  ["no key", `~: 1\n${good}`, INVALID, '[""]'],
  ["an anchor that is not there", named("*nobody"), UNREADABLE, 1],
  ["a field that only holds an anchor", `x: &x demo\n${named("*x")}`, INVALID, "x"],
  ["a merge key", `x: &x {name: demo}\n${good.replace("{name: demo}", "{<<: *x}")}`, INVALID, 'metadata["<<"]'],
  ["a list that holds itself", "a: &a [*a]\n", INVALID, "a"],
  ["a prototype", `__proto__: {kind: Network}\n${good}`, INVALID, "__proto__"],
  [
    "a prototype, deep inside",
    good.replace("{name: Org1}", "{name: Org1, __proto__: {role: observer}}"),
    INVALID,
    "spec.organizations[0].__proto__",
  ],
  ["a constructor", `${good}constructor: {prototype: {x: 1}}\n`, INVALID, "constructor"],
  ["a byte of zero", named("de\u0000mo"), INVALID, "metadata.name"],
  ["an escaped byte of zero", named('"de\\0mo"'), INVALID, "metadata.name"],
  ["a bell", named("de\u0007mo"), INVALID, "metadata.name"],
  ["a line break in a name", named('"demo\\n"'), INVALID, "metadata.name"],
  ["a blank before a name", named('" demo"'), INVALID, "metadata.name"],
  ["an accent", named("démo"), INVALID, "metadata.name"],
  ["a letter that only looks Latin", named("dem\u043e"), INVALID, "metadata.name"],
  ["wide letters", named("\uff44\uff45\uff4d\uff4f"), INVALID, "metadata.name"],
  ["a direction mark", named('"\\u202edemo"'), INVALID, "metadata.name"],
  ["a letter of no width", named("de\u200bmo"), INVALID, "metadata.name"],
  ["half a character", named('"\\ud800"'), INVALID, "metadata.name"],
  ["a smile", named('"😀"'), INVALID, "metadata.name"],
  ["an accent in an organisation", good.replace("Org1", "Örg"), INVALID, "spec.organizations[0].name"],
  ["a name that YAML takes for a truth", named("true"), INVALID, "metadata.name"],
  ["a name that YAML takes for a number", named("0o14"), INVALID, "metadata.name"],
  ["a name that YAML takes for infinity", named(".inf"), INVALID, "metadata.name"],
];

/** Texts that cost much to read, were they read naively. */
const heavy: readonly Row[] = [
  ["brackets without end", `a: ${"[".repeat(100_000)}`, UNREADABLE, 1],
  ["brackets that close", `a: ${"[".repeat(20_000)}${"]".repeat(20_000)}`, UNREADABLE, 1],
  ["JSON as deep", `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`, UNREADABLE, 1],
  ["blocks as deep", Array.from({ length: 900 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"), UNREADABLE, undefined],
  ["blocks deeper than any network file", Array.from({ length: 60 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"), UNREADABLE, 51],
  [
    "brackets in a policy",
    good.replace(
      "[{name: Org1}]",
      `[{name: Org1}]\n  channels: [{name: c, members: [Org1], policies: {endorsement: "${"OR(".repeat(3_000)}"}}]`,
    ),
    INVALID,
    "spec.channels[0].policies.endorsement",
  ],
  [
    "twenty thousand organisations",
    good.replace("[{name: Org1}]", `[${Array.from({ length: 20_000 }, (_, i) => `{name: O${i}}`).join(",")}]`),
    INVALID,
    "spec.organizations",
  ],
  ["forty thousand unknown fields", `${good}${Array.from({ length: 40_000 }, (_, i) => `k${i}: 1`).join("\n")}`, INVALID, "k0"],
  ["a name of half a megabyte", named("a-".repeat(250_000)), INVALID, "metadata.name"],
];

describe("bad texts", () => {
  it("have a good one to start from, also with a mark of its encoding, or lines that end as on Windows", () => {
    for (const text of [good, `\ufeff${good}`, good.replaceAll("\n", "\r\n")]) expect(parseNetworkFile(text).metadata.name).toBe("demo");
  });

  it.each([...rows, ...heavy])("%s", (_what, text, code, place) => {
    const error = errorOf(() => parseNetworkFile(text));
    expect(error.code).toBe(code);
    const line = /: line (\d+): /.exec(error.message)?.[1];
    expect([undefined, line === undefined ? undefined : Number(line), ...error.problems.map(({ path }) => path)]).toContain(place);
    // Nothing of the reader's own leaks into what people see.
    expect(error.message).not.toMatch(/Maximum call stack|undefined/);
    expect(Object.prototype).not.toHaveProperty("kind");
  });

  it("an alias bomb", () => {
    const levels = Array.from({ length: 10 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 10 }, () => `*a${i}`).join(",")}]`);
    expect(errorOf(() => parseNetworkFile(["a0: &a0 x", ...levels].join("\n"))).code).toBe(UNREADABLE);
  });

  it("one byte too much", () => {
    const room = MAX_FILE_BYTES - good.length - 1;
    expect(parseNetworkFile(`${good}#${"x".repeat(room)}`).metadata.name).toBe("demo");
    expect(errorOf(() => parseNetworkFile(`${good}#${"x".repeat(room + 1)}`))).toMatchObject({
      code: "NETWORK_FILE_TOO_LARGE",
      status: 413,
    });
    // Bytes count, not characters.
    expect(errorOf(() => parseNetworkFile(`${good}#${"ü".repeat(MAX_FILE_BYTES / 2)}`)).code).toBe("NETWORK_FILE_TOO_LARGE");
  });

  it("lists no more problems than somebody mends at a time, and says how many there are", () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`k${i}`, 1]));
    const error = errorOf(() => validateNetwork({ ...many, kind: "Network" }));
    expect(error.problems).toHaveLength(50);
    expect(error.message).toMatch(/ 10\d\d problems, of which the first 50 are listed$/);
  });
});

describe("reading", () => {
  const warned = vi.spyOn(process, "emitWarning");
  afterEach(() => warned.mockClear());

  it("writes nothing by itself, whatever it is given", () => {
    for (const [, text] of rows) errorOf(() => parseNetworkFile(text));
    expect(warned).not.toHaveBeenCalled();
  });
});
