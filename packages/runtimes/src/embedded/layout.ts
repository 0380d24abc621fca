import { existsSync, mkdirSync, readdirSync, realpathSync } from "node:fs";
import path from "node:path";
import { PART } from "./files.ts";

/** Where the runtimes of this machine keep things below `HEDDLE_HOME`. */
export class Layout {
  /** As the file system spells it: processes carry it in their marks, and a home may be reached by several names. */
  readonly home: string;

  constructor(home: string) {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    this.home = realpathSync(home);
  }

  get ports(): string {
    return path.join(this.home, "ports");
  }

  /** Compiled code of Node.js, which makes the next start quicker: that of this process, else one of this home. */
  get compileCache(): string {
    return process.env["NODE_COMPILE_CACHE"] ?? path.join(this.home, "cache", "compile");
  }

  network(name: string): string {
    return path.join(this.home, "networks", name);
  }

  /** Whether a network's folder holds nothing but what an interrupted {@link place} left. */
  isVacant(name: string): boolean {
    const folder = this.network(name);
    return !existsSync(folder) || readdirSync(folder).every((entry) => entry === path.basename(this.place(name)) + PART);
  }

  /** Where the network is; written before anything else of it. */
  place(name: string): string {
    return path.join(this.network(name), "place.json");
  }

  /** Devnet's configuration: there from the start of the nodes until they are stopped. */
  config(name: string): string {
    return path.join(this.network(name), "devnet.json");
  }

  ready(name: string): string {
    return path.join(this.network(name), "ready.json");
  }

  /** Where devnet is asked to change its nodes. */
  control(name: string): string {
    return path.join(this.network(name), "control.sock");
  }

  data(name: string): string {
    return path.join(this.network(name), "data");
  }

  devnetLog(name: string): string {
    return path.join(this.logs(name), "devnet.log");
  }

  /** Names the native nodes that should run: there from their start until they are stopped. */
  wanted(name: string): string {
    return path.join(this.network(name), "nodes.json");
  }

  /** A native node's configuration. */
  nodeHome(name: string, node: string): string {
    return path.join(this.network(name), "nodes", node);
  }

  /** What native peers run to connect to chaincode services. */
  builder(name: string): string {
    return path.join(this.network(name), "builder");
  }

  nodeLog(name: string, node: string): string {
    return path.join(this.logs(name), `node-${node}.log`);
  }

  logs(name: string): string {
    return path.join(this.network(name), "logs");
  }

  chaincodeLog(name: string, label: string): string {
    return path.join(this.logs(name), `chaincode-${label}.log`);
  }

  /** Labels of the chaincodes that have ever written a log. */
  chaincodesWithLog(name: string): string[] {
    const logs = this.logs(name);
    return existsSync(logs) ? readdirSync(logs).flatMap((file) => /^chaincode-(.+)\.log$/.exec(file)?.[1] ?? []) : [];
  }

  /** What a chaincode service should be: there is a file for each that should run. */
  chaincode(name: string, label: string): string {
    return path.join(this.chaincodes(name), `${label}.json`);
  }

  chaincodes(name: string): string {
    return path.join(this.network(name), "chaincodes");
  }
}
