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
const tags = (text: string): string[] => [...text.matchAll(/\{\{\w+\}\}/g)].map(([tag]) => tag).toSorted();

test("both catalogues have the same keys, and something to say for each", () => {
  expect(english.size).toBeGreaterThan(300);
  expect([...chinese.keys()].toSorted()).toEqual([...english.keys()].toSorted());
  for (const [key, text] of [...english, ...chinese]) expect(text.trim(), key).not.toBe("");
});

test("both fill the same blanks", () => {
  for (const [key, text] of english) expect(tags(chinese.get(key) ?? ""), key).toEqual(tags(text));
});

test("Chinese is Chinese, but for names that keep their English", () => {
  const kept =
    /^(Heddle：\{\{title\}\}|\{\{name\}\} \{\{version\}\}|API|Raft|BFT|CA|Fabric|Peer|MSP id|Id|TLS|Node\.js|Go|Java|Python|REST)$/;
  for (const [key, whole] of chinese) {
    const text = whole.replaceAll(/\{\{\w+\}\}/g, "");
    expect(/\p{Script=Han}/u.test(text) || kept.test(text) || !/\p{L}/u.test(text), `${key}: ${whole}`).toBe(true);
  }
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
