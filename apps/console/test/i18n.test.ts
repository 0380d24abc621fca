import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { en } from "../src/i18n/en/index.ts";
import { zh } from "../src/i18n/zh/index.ts";

type Tree = { readonly [key: string]: string | Tree };

function leaves(tree: Tree, prefix = ""): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === "string" ? [[`${prefix}${key}`, value] as const] : [...leaves(value, `${prefix}${key}.`)],
    ),
  );
}

const english = leaves(en);
const chinese = leaves(zh);
const tags = (text: string): string[] => [...text.matchAll(/\{\{[\w, ]+\}\}/g)].map(([tag]) => tag).toSorted();

test("both catalogues have the same keys, and something to say for each", () => {
  expect(english.size).toBeGreaterThan(300);
  expect([...chinese.keys()].toSorted()).toEqual([...english.keys()].toSorted());
  expect([...english, ...chinese].filter(([, text]) => text.trim() === "")).toEqual([]);
});

test("both fill the same blanks", () => {
  const blanks = (catalogue: ReadonlyMap<string, string>) => [...catalogue].map(([key, text]) => [key, ...tags(text)].join(" ")).toSorted();
  expect(blanks(chinese)).toEqual(blanks(english));
});

test("Chinese is Chinese, but for names that keep their English", () => {
  const kept = /^(API|Raft|BFT|CA|Fabric|Peer|MSP id|Id|TLS|Node\.js|Go|Java|Python|REST|Heddle：)$/;
  const words = [...chinese].map(([key, text]) => [key, text.replaceAll(/\{\{[\w, ]+\}\}/g, "").trim()] as const);
  const foreign = words.filter(([, text]) => !/\p{Script=Han}/u.test(text) && !kept.test(text) && /\p{L}/u.test(text));
  expect(foreign).toEqual([]);
});

test("no text is left in the catalogue that no screen shows", () => {
  const folder = path.resolve(import.meta.dirname, "../src");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => /\.tsx?$/.test(name) && !/i18n\/(en|zh)\//.test(name),
  );
  expect(files.length).toBeGreaterThan(80);
  const source = files.map((name) => readFileSync(path.join(folder, name), "utf8")).join("\n");
  const unused = [...english.keys()].filter((key) => {
    const plain = key.replace(/_(one|other)$/, "");
    if (source.includes(`"${plain}"`)) return false;
    // A key may be put together: its group is then named before the blank.
    const parts = plain.split(".");
    return !parts.some((_part, at) => at > 0 && source.includes(`\`${parts.slice(0, at).join(".")}.\${`));
  });
  expect(unused).toEqual([]);
});
