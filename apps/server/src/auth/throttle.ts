import { isIPv6 } from "node:net";
import type { Store, ThrottlePolicy } from "@heddle/store";
import { authErrors } from "./errors.ts";
import { digest } from "./secrets.ts";

const LONGEST_MS = 15 * 60_000;

/** After `free` failures in a row a second, then twice as long with each, up to a quarter of an hour. */
function policy(free: number): ThrottlePolicy {
  return {
    wait: (failures) => (failures < free ? 0 : Math.min(LONGEST_MS, 1_000 * 2 ** Math.min(failures - free, 20))),
    forgetMs: 24 * 3_600_000,
  };
}

const ofAccount = policy(5);
/** More, since a whole office may come from one address. */
const ofAddress = policy(20);

/** Counts an attempt as failed before it is made; tells how to take that back once it has succeeded. */
export interface Attempt {
  readonly succeeded: () => Promise<void>;
}

/**
 * Begins an attempt to log in, to an account where one is named.
 *
 * Throws AUTH_THROTTLED with the seconds to wait.
 */
export async function beginAttempt(
  { loginThrottle }: Store,
  { account, address }: { readonly account?: string; readonly address: string },
  now = new Date(),
): Promise<Attempt> {
  const addressKey = keyOf("address", networkOf(address));
  // A key is a hash: people type their password into the wrong field, and it must not stay in the store.
  const accountKey = account === undefined ? undefined : keyOf("account", account.toLowerCase());
  const until =
    (await loginThrottle.attempt(addressKey, now, ofAddress)) ??
    (accountKey === undefined ? undefined : await loginThrottle.attempt(accountKey, now, ofAccount));
  if (until !== undefined) {
    const seconds = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000));
    throw authErrors.create("AUTH_THROTTLED", { seconds }, { retryAfter: seconds });
  }
  return {
    async succeeded() {
      await loginThrottle.takeBack(addressKey);
      if (accountKey !== undefined) await loginThrottle.forget(accountKey);
    },
  };
}

/** Milliseconds after which a row of the throttle says nothing any more. */
export const THROTTLE_MEMORY_MS = ofAddress.forgetMs;

function keyOf(kind: string, value: string): string {
  return digest(`${kind}\0${value}`);
}

/** Whoever has one IPv6 address has a network of them (RFC 6177: at least a /64). */
function networkOf(address: string): string {
  const plain = address.replace(/%.*$/, "").replace(/^::ffff:(?=\d+\.)/, "");
  if (!isIPv6(plain)) return plain;
  const [head = "", tail = ""] = plain.split("::", 2);
  const left = head === "" ? [] : head.split(":");
  const right = tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: plain.includes("::") ? 8 - left.length - right.length : 0 }, () => "0");
  return [...left, ...zeros, ...right]
    .slice(0, 4)
    .map((part) => Number.parseInt(part, 16).toString(16))
    .join(":");
}
