import { setTimeout as pause } from "node:timers/promises";
import { isHeddleError } from "@heddle/network";

/** Waits until `check` gives something; fails after `seconds`. */
export async function eventually<Value>(
  what: string,
  check: () => Promise<Value | undefined> | Value | undefined,
  seconds = 20,
): Promise<Value> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const value = await check();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await pause(20);
  }
}

/** The code that an action fails with. */
export async function codeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    if (isHeddleError(error)) return error.code;
    throw error;
  }
  return "nothing was thrown";
}
