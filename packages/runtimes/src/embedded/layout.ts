import path from "node:path";

/** Where the embedded runtime keeps things below `HEDDLE_HOME`. */
export class Layout {
  readonly home: string;

  constructor(home: string) {
    this.home = home;
  }

  get ports(): string {
    return path.join(this.home, "ports");
  }

  /** Compiled code of Node.js, which makes the next start quicker. */
  get compileCache(): string {
    return path.join(this.home, "cache", "compile");
  }

  network(name: string): string {
    return path.join(this.home, "networks", name);
  }

  place(name: string): string {
    return path.join(this.network(name), "place.json");
  }

  config(name: string): string {
    return path.join(this.network(name), "devnet.json");
  }

  ready(name: string): string {
    return path.join(this.network(name), "ready.json");
  }

  data(name: string): string {
    return path.join(this.network(name), "data");
  }

  devnetLog(name: string): string {
    return path.join(this.network(name), "logs", "devnet.log");
  }

  chaincodeLog(name: string, label: string): string {
    return path.join(this.network(name), "logs", `chaincode-${label}.log`);
  }

  /** What a chaincode service should be: there is a file for each that should run. */
  chaincodes(name: string): string {
    return path.join(this.network(name), "chaincodes");
  }
}
