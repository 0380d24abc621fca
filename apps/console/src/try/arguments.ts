/** What a form field of a parameter says, and how it becomes an argument. */
export type ParameterKind = "text" | "number" | "boolean" | "json";

/** Which field a parameter of a contract's metadata gets; `type` is JSON Schema's, or the name of a type of the contract. */
export function kindOf(type: string): ParameterKind {
  switch (type.toLowerCase()) {
    case "string":
      return "text";
    case "number":
    case "integer":
      return "number";
    case "boolean":
      return "boolean";
    default:
      return "json";
  }
}

/** The argument a chaincode gets: text as it is, all else as JSON, which is how the contract API reads it. Nothing for a boolean is false. */
export function toArgument(kind: ParameterKind, text: string): string {
  return kind === "boolean" && text === "" ? "false" : text;
}

/** Why a field's text cannot be sent; `undefined` where it can. */
export function argumentFault(kind: ParameterKind, text: string): string | undefined {
  if (kind === "number") return text.trim() !== "" && Number.isFinite(Number(text)) ? undefined : "1";
  if (kind !== "json") return undefined;
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
