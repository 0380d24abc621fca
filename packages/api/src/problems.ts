import type { Problem } from "@heddle/network";
import type { z } from "zod";

/** Most problems that one answer lists: a body can have a million, and nobody mends more at a time. */
const MAX_PROBLEMS = 50;

/** Zod's findings as the problems people see, the first fifty; `prefix` names the part of the request. */
export function toProblems(error: z.core.$ZodError, prefix = ""): Problem[] {
  return error.issues.flatMap((issue) => explain(issue, prefix)).slice(0, MAX_PROBLEMS);
}

function explain(issue: z.core.$ZodIssue, prefix: string): Problem[] {
  const path = joinPath(prefix, issue.path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({ path: joinPath(path, [key]), message: "is not known here", suggestion: "remove it" }));
    case "invalid_value":
      return [{ path, message: "is not one of the values", suggestion: issue.values.map(String).join(", ") }];
    case "invalid_union": {
      // The branch that came closest is the one that was meant.
      const branch = issue.errors.toSorted((left, right) => left.length - right.length)[0];
      const inner =
        branch?.flatMap((nested) => explain({ ...nested, path: [...issue.path, ...nested.path] } as z.core.$ZodIssue, prefix)) ?? [];
      return inner.length > 0 ? inner : [{ path, message: issue.message }];
    }
    default:
      return [{ path, message: issue.message }];
  }
}

function joinPath(prefix: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, prefix);
}
