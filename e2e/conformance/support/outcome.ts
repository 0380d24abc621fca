/** What one line of a scenario has come to. Texts are normalised already. */
export interface Outcome {
  /** In one word: a validation code, a gRPC or Fabric status, an HTTP status, how a program ended. */
  readonly verdict: string;
  /** What the answer or refusal says. */
  readonly text?: string;
  /** What a chaincode returned. */
  readonly result?: string;
  /** What a gateway's error tells of each node. */
  readonly details?: readonly { readonly node: string; readonly message: string }[];
  /** Everything else, a line each: read and write sets, events, blocks. */
  readonly lines?: readonly string[];
}

/** An outcome as the transcript has it. */
export function linesOf({ verdict, text, result, details = [], lines = [] }: Outcome): string[] {
  return [
    verdict,
    ...(text === undefined || text === "" ? [] : block("says", text)),
    ...(result === undefined ? [] : block("result", result)),
    ...details.flatMap(({ node, message }) => block(node, message)),
    ...lines,
  ];
}

function block(name: string, text: string): string[] {
  const [first = "", ...rest] = text.trimEnd().split("\n");
  return [`${name}: ${first}`, ...rest.map((line) => `  ${line}`)];
}
