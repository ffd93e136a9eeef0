const MAX_LENGTH = 64;

/**
 * `; did you mean "x"?` for the known name most similar to `name`, or "". Similar means a few typing errors, or a
 * shortened form, as `args` and `arguments`, `id` and `run_id`.
 */
export function didYouMean(name: string, known: Iterable<string>): string {
  if (name.length > MAX_LENGTH) return "";
  const names = [...known].filter((candidate) => candidate.length <= MAX_LENGTH);
  const best = nearest(name, names) ?? names.find((candidate) => isShortened(name, candidate));
  return best === undefined ? "" : `; did you mean "${best}"?`;
}

function nearest(name: string, known: string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name, candidate, least);
    if (distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

/** True where one name has all words of the other in order, or both begin a word with the same letters. */
function isShortened(left: string, right: string): boolean {
  const [short = "", long = ""] = [left, right].map(inWords).sort((a, b) => a.length - b.length);
  if (short.length < 2) return false;
  let from = 0;
  const words = long.split("_");
  const hasAll = short.split("_").every((word) => {
    from = words.indexOf(word, from) + 1;
    return from > 0;
  });
  if (hasAll) return true;
  let same = 0;
  while (same < short.length && short[same] === long[same]) same++;
  return same >= 3 && same >= short.length - 1;
}

/** A name in snake case: `definitionId` as `definition_id`. */
function inWords(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toLowerCase();
}

/** Number of insertions, deletions, replacements and swaps of neighbours, ignoring case. */
function editDistance(left: string, right: string, atMost: number): number {
  if (Math.abs(left.length - right.length) >= atMost) return atMost;
  const a = left.toLowerCase();
  const b = right.toLowerCase();
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(
        (row[j - 1] ?? 0) + 1,
        (previous[j] ?? 0) + 1,
        (previous[j - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? atMost;
}
