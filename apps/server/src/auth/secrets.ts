import { createHash, randomBytes } from "node:crypto";

/** A secret of 256 bits for a cookie, a link or a header; 43 characters of base64url. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** What the store keeps of a secret. 256 random bits need no salt and no slow hash: there is nothing to guess. */
export function digest(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
