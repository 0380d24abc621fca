import { createClient } from "@heddle/api";

/** The typed client of the console: same origin, and the session's cookie speaks for it. */
export const client = createClient("", undefined);
