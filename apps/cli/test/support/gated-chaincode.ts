import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

const packages = path.resolve(import.meta.dirname, "../../../../node_modules");

/** A chaincode whose start waits for the file `go`, and fails while there is a file `broken`. */
export interface GatedChaincode {
  readonly folder: string;
  /** Lets it start, now and later. */
  readonly open: () => void;
}

/** Writes one below `parent`; it finds the official shim among our own packages. */
export function gatedChaincode(parent: string, name: string): GatedChaincode {
  const folder = path.join(parent, name);
  mkdirSync(folder);
  symlinkSync(packages, path.join(folder, "node_modules"));
  const source = `
    const { existsSync } = require("node:fs");
    const path = require("node:path");
    const here = (file) => path.join(__dirname, file);
    if (existsSync(here("broken"))) throw new Error("broken on purpose");
    const clock = new Int32Array(new SharedArrayBuffer(4));
    while (!existsSync(here("go"))) Atomics.wait(clock, 0, 0, 20);
    const { Contract } = require("fabric-contract-api");
    class Echo extends Contract {
      async say(ctx, text) { return text; }
    }
    exports.contracts = [Echo];
  `;
  writeFileSync(path.join(folder, "index.js"), source);
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name, version: "1.0.0", main: "index.js" }));
  return { folder, open: () => writeFileSync(path.join(folder, "go"), "") };
}
