import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** What a peer runs for a package, in this order: only packages that name a service are taken. */
const SCRIPTS = {
  detect: `grep -Eq '"type"[[:space:]]*:[[:space:]]*"ccaas"' "$2/metadata.json"
`,
  build: `if [ ! -f "$1/connection.json" ]; then
  echo "the package has no connection.json" >&2
  exit 1
fi
cp "$1/connection.json" "$3/connection.json"
if [ -d "$1/META-INF" ]; then cp -R "$1/META-INF" "$3/META-INF"; fi
`,
  release: `mkdir -p "$2/chaincode/server"
cp "$1/connection.json" "$2/chaincode/server/connection.json"
if [ -d "$1/META-INF/statedb" ]; then cp -R "$1/META-INF/statedb" "$2/statedb"; fi
`,
} as const;

/** Writes the external builder that leads peers to chaincode services (Fabric: docs/source/cc_launcher.md). */
export function writeBuilder(folder: string): void {
  const bin = path.join(folder, "bin");
  mkdirSync(bin, { recursive: true, mode: 0o700 });
  for (const [name, script] of Object.entries(SCRIPTS))
    writeFileSync(path.join(bin, name), `#!/bin/sh\nset -eu\n${script}`, { mode: 0o700 });
}
