/** Edits (insert, delete, replace, swap of neighbours) that turn one word into the other. */
function distance(left: string, right: string): number {
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const change = left[i - 1] === right[j - 1] ? 0 : 1;
      let best = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + change);
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]) best = Math.min(best, (before[j - 2] ?? 0) + 1);
      next.push(best);
    }
    before = row;
    row = next;
  }
  return row[right.length] ?? 0;
}

/**
 * The known word a person most likely meant by `word`: the nearest one, if at
 * most a third of its letters differ or one contains the other.
 */
export function closest(word: string, known: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  if (wanted.length === 0 || wanted.length > 64) return undefined;
  let best: { readonly text: string; readonly score: number } | undefined;
  for (const text of known) {
    const candidate = text.toLowerCase();
    const edits = distance(wanted, candidate);
    const near = edits <= Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 3));
    const part = wanted.length >= 3 && (candidate.startsWith(wanted) || wanted.startsWith(candidate));
    if ((near || part) && (best === undefined || edits < best.score)) best = { text, score: edits };
  }
  return best?.text;
}

/** "did you mean X?", or the list of what is known. */
export function suggestion(word: string, known: readonly string[]): string | undefined {
  const match = closest(word, known);
  if (match !== undefined) return `did you mean ${match}?`;
  return known.length === 0 ? undefined : `known: ${known.join(", ")}`;
}
