import type { Backend } from "./ports.ts";
import type { BackendParts } from "./serve.ts";

/** placeholder */
export function createBackend(_parts: BackendParts): Promise<Backend> {
  return Promise.reject(new Error("not yet"));
}
