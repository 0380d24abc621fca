import { expect, test } from "vitest";
import { errors } from "../../console/src/i18n/zh/errors.ts";
import { catalogue } from "../src/error-catalogue.ts";

const tags = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([tag]) => tag).toSorted();

test("every error that the API may tell of is said in Chinese, and no other", () => {
  expect(Object.keys(catalogue).length).toBeGreaterThan(100);
  expect(Object.keys(errors).toSorted()).toEqual(Object.keys(catalogue).toSorted());
});

test.each(Object.entries(catalogue))("%s fills the same blanks in Chinese", (code, { message, next }) => {
  const [what, then] = errors[code] ?? ["", ""];
  expect(what).toMatch(/\p{Script=Han}|^\{step\}：\{reason\}$/u);
  expect(then).toMatch(/\p{Script=Han}/u);
  expect({ message: tags(what), next: tags(then) }).toEqual({ message: tags(message), next: tags(next) });
});
