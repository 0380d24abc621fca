import { readFileSync, writeFileSync } from "node:fs";
import { newSecret } from "../auth/secrets.ts";

/**
 * The token by which Prometheus reads the server's own metrics, in a file of its own
 * (mode 0600), as its `credentials_file` wants it. It outlives the server: a scrape
 * configuration that was copied goes on working.
 */
export function readMetricsToken(file: string): string {
  try {
    const known = readFileSync(file, "utf8").trim();
    if (known.length >= 32) return known;
  } catch {
    // It is made below.
  }
  const token = newSecret();
  writeFileSync(file, token, { mode: 0o600 });
  return token;
}
