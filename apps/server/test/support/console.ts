import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

const checkout = path.resolve(import.meta.dirname, "../../../..");

/** A repository's root with a console of one page, built by this checkout's Vite. */
export interface ConsoleFixture {
  readonly root: string;
  readonly dist: string;
  /** Writes a file below `apps/console`. */
  readonly write: (name: string, content: string | Uint8Array) => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** A console's folder with nothing in it, or with sources. */
export async function consoleFixture(sources: boolean): Promise<ConsoleFixture> {
  // Vite takes real paths for what is inside a project.
  const root = await realpath(await mkdtemp(path.join(tmpdir(), "heddle-console-")));
  const folder = path.join(root, "apps/console");
  const write = async (name: string, content: string | Uint8Array): Promise<void> => {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  };
  await mkdir(folder, { recursive: true });
  if (sources) {
    await write("package.json", '{ "name": "fixture", "type": "module" }');
    await write(
      "index.html",
      '<!doctype html><html><head><title>Fixture</title></head><body><script type="module" src="/src/main.js"></script></body></html>',
    );
    await write("vite.config.ts", 'export default { html: { cspNonce: "__CSP_NONCE__" }, build: { assetsInlineLimit: 0 } };');
    await write("src/main.js", `import "./main.css"; document.body.append(${JSON.stringify("one ".repeat(1_000))});`);
    await write("src/main.css", "body { margin: 0 }");
    await symlink(path.join(checkout, "node_modules"), path.join(folder, "node_modules"));
  }
  return { root, dist: path.join(folder, "dist"), write, remove: () => rm(root, { recursive: true, force: true }) };
}
