// node bench/all.ts [NAME...] [--quick] [--render]
// Runs the benchmarks named, or all, keeps their figures in bench/results and
// renders docs/benchmarks.md from what is kept. --render only renders.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

const DOCUMENT = path.resolve(import.meta.dirname, "../docs/benchmarks.md");
const BEGIN = "<!-- results: written by bench/all.ts -->";
const END = "<!-- end of results -->";

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: "boolean", default: false }, render: { type: "boolean", default: false } },
  });
  const { benches } = await import("./benches.ts");
  const { runAndKeep, section } = await import("./lib/bench.ts");
  const unknown = positionals.filter((name) => !benches.some((bench) => bench.name === name));
  if (unknown.length > 0)
    throw new Error(`no such benchmark: ${unknown.join(", ")}; there are ${benches.map(({ name }) => name).join(", ")}`);
  const wanted = values.render ? [] : benches.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  for (const bench of wanted) {
    console.log(`${bench.title}`);
    await runAndKeep(bench, { quick: values.quick, say: (line) => console.log(`  ${line}`) });
  }
  const document = readFileSync(DOCUMENT, "utf8");
  const [before, after] = [document.split(BEGIN)[0], document.split(END)[1]];
  if (before === undefined || after === undefined) throw new Error(`${DOCUMENT} has lost its markers`);
  writeFileSync(DOCUMENT, `${before}${BEGIN}\n\n${benches.map((bench) => section(bench)).join("\n")}\n${END}${after}`);
}

// As the command does: what is started here compiles its code once.
process.env["NODE_COMPILE_CACHE"] ??= path.resolve(import.meta.dirname, "../node_modules/.cache/compiled");
// The packages are run from source, which needs a condition that only the command line can give.
if (process.execArgv.includes("--conditions=@heddle/source")) await main();
else {
  const flags = ["--conditions=@heddle/source", "--disable-warning=ExperimentalWarning", "--disable-warning=DEP0123"];
  const { status } = spawnSync(process.execPath, [...flags, import.meta.filename, ...process.argv.slice(2)], { stdio: "inherit" });
  process.exitCode = status ?? 1;
}
