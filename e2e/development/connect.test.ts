import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { whyNoJava } from "../clients/support/java.ts";
import { DevelopmentServer } from "./support/server.ts";

const run = promisify(execFile);
const noJava = whyNoJava();
const modules = path.resolve(import.meta.dirname, "../../node_modules");

let heddle: DevelopmentServer;
let folder: string;

beforeAll(async () => {
  heddle = await DevelopmentServer.start();
  await heddle.create("dev", (file) => {
    file.spec.chaincodes = [{ name: "food-tracing", channel: "main", source: { scenario: "food-tracing" } }];
  });
  folder = path.join(heddle.home, "app");
  mkdirSync(folder);
  symlinkSync(modules, path.join(folder, "node_modules"));
  const { files } = await heddle.client.exportNetwork({ params: { name: "dev" }, body: { organization: "Org2", user: "app" } });
  for (const { path: file, content, mode } of files) writeFileSync(path.join(folder, file), content, { mode });
});
afterAll(() => heddle.stop());

/** Writes a snippet as a person would paste it. */
async function paste(language: string): Promise<string> {
  const { snippets } = await heddle.client.connect({ params: { name: "dev" }, query: { organization: "Org2" } });
  const found = snippets.find((one) => one.language === language);
  for (const { path: file, content } of found?.files ?? []) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content);
  }
  return found?.run ?? "";
}

it("gives Node.js code that runs as pasted", async () => {
  expect(await paste("nodejs")).toBe("node app.mjs");
  const { stdout } = await run(process.execPath, ["app.mjs"], { cwd: folder });
  expect(JSON.parse(stdout)).toMatchObject({ contracts: { FoodTracing: expect.anything() as unknown } });
});

it.skipIf(noJava !== undefined)(
  `gives Java code that builds and runs as pasted${noJava === undefined ? "" : ` (skipped: ${noJava})`}`,
  async () => {
    expect(await paste("java")).toBe("mvn -q compile exec:java");
    const { stdout } = await run("mvn", ["-q", "compile", "exec:java"], { cwd: folder });
    // Maven ends with a line that sets the terminal back.
    expect(JSON.parse(stdout.split("\n")[0] ?? "")).toMatchObject({ contracts: { FoodTracing: expect.anything() as unknown } });
  },
  240_000,
);

it("gives REST calls that run as pasted", async () => {
  expect(await paste("rest")).toBe("sh rest.sh");
  const { stdout } = await run("sh", ["rest.sh"], { cwd: folder, env: { ...process.env, HEDDLE_HOME: heddle.home } });
  expect(JSON.parse(stdout)).toMatchObject({ text: expect.stringContaining("FoodTracing") as string });
});

it("has no key in it", async () => {
  const text = JSON.stringify(await heddle.client.connect({ params: { name: "dev" } }));
  expect(text).not.toContain("PRIVATE KEY");
  expect(text).not.toContain(heddle.server.token);
});

it("measures the network, and tells Prometheus where to look", async () => {
  const { yaml } = await heddle.client.scrapeConfiguration({ params: { name: "dev" } });
  const targets = [...yaml.matchAll(/targets: \["(127\.0\.0\.1:\d+)"\]/g)].map(([, target]) => target ?? "");
  expect(targets.length).toBe(4);
  const [node = ""] = targets;
  const answer = await fetch(`http://${node}/metrics`);
  expect([answer.status, (await answer.text()).includes("process_resident_memory_bytes")]).toEqual([200, true]);
});
