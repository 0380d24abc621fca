import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

const packages = path.resolve(import.meta.dirname, "../../../node_modules");

/** A contract in a folder of one's own. */
export interface OwnContract {
  readonly folder: string;
  /** Lets it start, now and later. */
  readonly open: () => void;
  /** Writes its source again, so that `greet` answers something else. */
  readonly write: (greeting: string) => void;
  /** Writes what cannot be loaded in its place. */
  readonly spoil: () => void;
}

/** Writes a contract below `parent` whose start waits for {@link OwnContract.open}: an operation can be caught in its middle. */
export function ownContract(parent: string, name: string): OwnContract {
  const folder = path.join(parent, name);
  mkdirSync(folder);
  symlinkSync(packages, path.join(folder, "node_modules"));
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name, version: "1.0.0", main: "index.js" }));
  const write = (greeting: string): void =>
    writeFileSync(
      path.join(folder, "index.js"),
      `
      const { existsSync } = require("node:fs");
      const clock = new Int32Array(new SharedArrayBuffer(4));
      while (!existsSync(${JSON.stringify(path.join(parent, `${name}.go`))})) Atomics.wait(clock, 0, 0, 20);
      const { Contract } = require("fabric-contract-api");
      class Greeter extends Contract {
        async greet(ctx, who) {
          await ctx.stub.putState(who, Buffer.from(JSON.stringify({ who, said: ${JSON.stringify(greeting)} })));
          return ${JSON.stringify(greeting)} + " " + who;
        }
      }
      exports.contracts = [Greeter];
    `,
    );
  write("hello");
  const spoil = (): void => writeFileSync(path.join(folder, "index.js"), 'throw new Error("spoilt on purpose");\n');
  return { folder, write, spoil, open: () => writeFileSync(path.join(parent, `${name}.go`), "") };
}
