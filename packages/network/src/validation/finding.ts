import type { Problem } from "../errors.ts";
import { formatPath, type PathPart } from "./path.ts";

/** A problem with its path still in parts, so that a line can be looked up. */
export interface Finding {
  readonly parts: readonly PathPart[];
  readonly rule: string;
  readonly message: string;
  readonly suggestion?: string | undefined;
  /** Set where the file is right but this version cannot do it: what it cannot do. */
  readonly feature?: string;
}

/** Turns a finding into a problem; `line` is known when the file was read from text. */
export function toProblem(finding: Finding, line: number | undefined): Problem {
  return {
    path: formatPath(finding.parts),
    message: finding.message,
    rule: finding.rule,
    ...(finding.suggestion === undefined ? {} : { suggestion: finding.suggestion }),
    ...(line === undefined ? {} : { line }),
  };
}
