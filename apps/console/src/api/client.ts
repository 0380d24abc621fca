import { clientFor, draftEndpoints, endpoints } from "@heddle/api";

/** The typed client of the console: same origin, and the session's cookie speaks for it. */
export const client = clientFor(draftEndpoints, "", undefined);

/** Whether this version's server answers an endpoint; what it does not answer is not shown. */
export function landed(...names: readonly (keyof typeof draftEndpoints)[]): boolean {
  return names.every((name) => Object.hasOwn(endpoints, name));
}
