import { isIP } from "node:net";
import { serverErrors } from "../errors.ts";

/** Names and addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  const plain = host.replace(/^\[|\]$/g, "").toLowerCase();
  if (plain === "localhost" || plain === "::1") return true;
  return isIP(plain) === 4 && plain.startsWith("127.");
}

/** Throws SERVER_ADDRESS_REFUSED for an address that others can reach, unless what is sent there is encrypted. */
export function requireSafe(host: string, encrypted: boolean): void {
  if (host === "" || (!encrypted && !isLoopback(host))) throw serverErrors.create("SERVER_ADDRESS_REFUSED", { host });
}
