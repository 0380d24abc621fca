import i18next from "i18next";

type Texts = Readonly<Record<string, readonly [message: string, next: string]>>;

let chinese: Texts | undefined;

/** Fetches the Chinese of errors, which comes with that language only. */
export async function loadErrors(): Promise<void> {
  chinese ??= (await import("./zh/errors.ts")).errors;
}

/**
 * What happened and what to do next in the console's language, by the code of an error. Undefined where the server's
 * own words are to be shown: in English, for a code of a newer server, and where it did not say what to fill in.
 */
export function errorText(
  code: string | undefined,
  args: Readonly<Record<string, string | number>> = {},
): { readonly message: string; readonly next: string } | undefined {
  const texts =
    i18next.language === "zh" && code !== undefined && chinese !== undefined && Object.hasOwn(chinese, code) ? chinese[code] : undefined;
  if (texts === undefined) return undefined;
  const [message, next] = texts.map((text) => fill(text, args));
  return message === undefined || next === undefined ? undefined : { message, next };
}

function fill(text: string, args: Readonly<Record<string, string | number>>): string | undefined {
  const tags = [...text.matchAll(/\{(\w+)\}/g)].map(([, tag]) => tag ?? "");
  if (!tags.every((tag) => Object.hasOwn(args, tag))) return undefined;
  return text.replaceAll(/\{(\w+)\}/g, (_, tag: string) => String(args[tag]));
}
