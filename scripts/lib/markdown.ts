import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

/** The Markdown documents of the repository, relative to its root; what tools install is left out. */
export function markdownFiles(root: string): string[] {
  const skipped = new Set(["node_modules", ".git", ".tools", "dist", "coverage"]);
  const walk = (folder: string): string[] =>
    readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return skipped.has(entry.name) ? [] : walk(file);
      return entry.name.endsWith(".md") ? [file] : [];
    });
  return walk(".");
}

/** The code blocks of a document, with the language each names. */
export function codeBlocks(text: string): { readonly language: string; readonly code: string }[] {
  return [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].map(([, language = "", code = ""]) => ({ language, code }));
}

/** Links of a document to other files of the repository: the file, and the heading within it. */
export function localLinks(text: string): { readonly target: string; readonly heading: string | undefined }[] {
  const prose = text.replaceAll(/^```[^]*?^```$/gm, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [target = "", heading] = link.split("#");
      return { target, heading };
    });
}

/** Anchors of a document's headings, as GitHub makes them. */
export function anchors(text: string): Set<string> {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** Reads a document. */
export function readDocument(root: string, file: string): string {
  return readFileSync(path.join(root, file), "utf8");
}
