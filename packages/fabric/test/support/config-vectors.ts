import { readFileSync } from "node:fs";
import path from "node:path";
import { brotliDecompressSync } from "node:zlib";

/** Channel configurations and what Fabric said of them; bytes as base64, `error` absent where Fabric took them. */
export interface ConfigVectors {
  readonly configurations: ReadonlyArray<{
    readonly name: string;
    readonly channel: string;
    readonly config: string;
    readonly error?: string;
  }>;
  readonly successors: ReadonlyArray<{ readonly name: string; readonly before: string; readonly after: string; readonly error?: string }>;
  readonly proposals: ReadonlyArray<{
    readonly name: string;
    readonly config: string;
    /** ConfigUpdateEnvelope */
    readonly update: string;
    readonly error?: string;
    /** Config */
    readonly result?: string;
  }>;
  readonly computations: ReadonlyArray<{
    readonly before: string;
    readonly after: string;
    readonly error?: string;
    readonly update?: string;
  }>;
}

/** The recorded cases. */
export function readConfigVectors(): ConfigVectors {
  const file = path.join(import.meta.dirname, "../vectors/config.json.br");
  return JSON.parse(brotliDecompressSync(readFileSync(file)).toString("utf8")) as ConfigVectors;
}
