import { networkErrors } from "../catalogue.ts";
import type { HeddleError } from "../errors.ts";
import { networkFileSchema, type NetworkFile } from "../schema/network-file.ts";
import { featureFindings } from "./features.ts";
import { toProblem, type Finding } from "./finding.ts";
import { nameFindings } from "./names.ts";
import { orderingFindings } from "./ordering.ts";
import type { PathPart } from "./path.ts";
import { referenceFindings } from "./references.ts";
import { shapeFindings } from "./shape.ts";

/** Finds the line of a path in the text a document was read from. */
export type LineOf = (parts: readonly PathPart[]) => number | undefined;

/**
 * Checks a network file that was read already and fills its defaults.
 * @throws HeddleError `NETWORK_FILE_INVALID` with one problem per finding, or
 *   `NETWORK_FEATURE_NOT_SUPPORTED` if the file is right but asks for what this version cannot do.
 */
export function validateNetwork(value: unknown): NetworkFile {
  return validateWithLines(value, () => undefined);
}

/** As {@link validateNetwork}; every problem carries its line. */
export function validateWithLines(value: unknown, lineOf: LineOf): NetworkFile {
  const parsed = networkFileSchema.safeParse(value);
  if (!parsed.success) throw invalid(shapeFindings(parsed.error.issues, value), lineOf);
  const network = parsed.data;
  const wrong = [...nameFindings(network), ...referenceFindings(network), ...orderingFindings(network)];
  const missing = featureFindings(network);
  const [first] = missing;
  if (wrong.length === 0 && first !== undefined) {
    throw networkErrors.create(
      "NETWORK_FEATURE_NOT_SUPPORTED",
      { feature: first.feature ?? first.message },
      { problems: problems(missing, lineOf) },
    );
  }
  if (wrong.length > 0) throw invalid([...wrong, ...missing], lineOf);
  return network;
}

/** Most problems that are listed; nobody mends more at a time. */
const MAX_PROBLEMS = 50;

function invalid(findings: readonly Finding[], lineOf: LineOf): HeddleError {
  const total = findings.length === 1 ? "1 problem" : `${findings.length} problems`;
  const count = findings.length > MAX_PROBLEMS ? `${total}, of which the first ${MAX_PROBLEMS} are listed` : total;
  return networkErrors.create("NETWORK_FILE_INVALID", { count }, { problems: problems(findings.slice(0, MAX_PROBLEMS), lineOf) });
}

function problems(findings: readonly Finding[], lineOf: LineOf): ReturnType<typeof toProblem>[] {
  return findings.map((finding) => toProblem(finding, lineOf(finding.parts)));
}
