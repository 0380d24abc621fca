// What a line has to come to.
import { step } from "../step.ts";
import { linesOf } from "../outcome.ts";

const QUOTED = (name: string): string => `"(?<${name}>.*)"`;

/** Throws unless two texts are the same. */
function same(what: string, found: string | undefined, wanted: string): void {
  if (found !== wanted) throw new Error(`${what} is ${found === undefined ? "missing" : `"${found}"`}, not "${wanted}"`);
}

function has(what: string, found: string | undefined, wanted: string): void {
  if (found?.includes(wanted) !== true)
    throw new Error(`${what} is ${found === undefined ? "missing" : `"${found}"`}, without "${wanted}"`);
}

export const expectationSteps = [
  step(String.raw`it is (?<verdict>[A-Z_a-z0-9 ]+)`, ({ outcome }, given) => same("it", outcome.verdict, given.part("verdict"))),
  step(`the result is ${QUOTED("wanted")}`, ({ outcome }, given) => same("the result", outcome.result, given.part("wanted"))),
  step(`the text is ${QUOTED("wanted")}`, ({ outcome }, given) => same("the text", outcome.text, given.part("wanted"))),
  step(`the text contains ${QUOTED("wanted")}`, ({ outcome }, given) => has("the text", outcome.text, given.part("wanted"))),
  step(String.raw`(?<node>peer0\.org\d\.example\.com) says ${QUOTED("wanted")}`, ({ outcome }, given) => {
    const found = outcome.details?.filter(({ node }) => node.startsWith(given.part("node"))) ?? [];
    same(given.part("node"), found.map(({ message }) => message).join("\n"), given.part("wanted"));
  }),
  step(`one of the peers says ${QUOTED("wanted")}`, ({ outcome }, given) => {
    same("one of the peers", outcome.details?.map(({ message }) => message).join("\n"), given.part("wanted"));
  }),
  step("it shows:", ({ outcome }, { block }) => {
    const wanted = block
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
    if (wanted.length === 0) throw new Error("nothing is expected");
    const found = linesOf(outcome).map((line) => line.trim());
    // In this order, though there may be others between them.
    let from = 0;
    for (const line of wanted) {
      const at = found.indexOf(line, from);
      if (at < 0) throw new Error(`there is no line "${line}" in:\n${found.join("\n")}`);
      from = at + 1;
    }
  }),
  step("it does not show:", ({ outcome }, { block }) => {
    const found = linesOf(outcome).join("\n");
    for (const line of block
      .split("\n")
      .map((one) => one.trim())
      .filter((one) => one !== ""))
      if (found.includes(line)) throw new Error(`there is "${line}" in:\n${found}`);
  }),
];
