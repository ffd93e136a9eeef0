/** What became of a file between two trees. */
export const CHANGE_STATUSES = [
  "added",
  "deleted",
  "modified",
  "renamed",
  "copied",
  "type_changed",
  "mode_changed",
] as const;
export type ChangeStatus = (typeof CHANGE_STATUSES)[number];

/** One file of `git diff-tree -r -z --raw --numstat`. Names are bytes, each as one character. */
export interface RawChange {
  path: string;
  /** What it was before it was renamed or copied. */
  old_path: string | null;
  status: ChangeStatus;
  old_mode: string | null;
  new_mode: string | null;
  /** Object ids; null where that side is not there. */
  old_id: string | null;
  new_id: string | null;
  /** How alike both sides of a rename or a copy are, in percent. */
  similarity: number | null;
  /** Lines; both null of a binary file. */
  additions: number | null;
  deletions: number | null;
}

type Counts = Pick<RawChange, "additions" | "deletions">;

const LETTERS: Record<string, ChangeStatus> = {
  A: "added",
  D: "deleted",
  M: "modified",
  R: "renamed",
  C: "copied",
  T: "type_changed",
};
const NO_MODE = "000000";
/** Under `-w` git counts nothing of a file in which only white space changed. */
const NOTHING: Counts = { additions: 0, deletions: 0 };

/** Reads what `git diff-tree -r -z --raw --numstat --no-abbrev` wrote, in its order. */
export function parseRawDiff(bytes: Buffer): RawChange[] {
  const fields = bytes.toString("latin1").split("\0");
  const found: Omit<RawChange, keyof Counts>[] = [];
  let at = 0;
  const next = () => fields[at++] ?? "";
  while (fields[at]?.startsWith(":")) {
    const [old_mode = "", new_mode = "", old_id = "", new_id = "", kind = ""] = next().slice(1).split(" ");
    const letter = kind.charAt(0);
    const isMoved = letter === "R" || letter === "C";
    const first = next();
    const path = isMoved ? next() : first;
    const isModeAlone = letter === "M" && old_id === new_id;
    found.push({
      path,
      old_path: isMoved ? first : null,
      status: isModeAlone ? "mode_changed" : (LETTERS[letter] ?? "modified"),
      old_mode: old_mode === NO_MODE ? null : old_mode,
      new_mode: new_mode === NO_MODE ? null : new_mode,
      old_id: idOrNull(old_id),
      new_id: idOrNull(new_id),
      similarity: isMoved ? Number(kind.slice(1)) : null,
    });
  }
  const counts = new Map<string, Counts>();
  while (at < fields.length) {
    const record = next();
    const [, added, deleted, name] = /^(\d+|-)\t(\d+|-)\t([\s\S]*)$/.exec(record) ?? [];
    if (added === undefined || deleted === undefined || name === undefined) continue;
    // A file that was moved has no name here: its old and its new one follow.
    const [, path] = name === "" ? [next(), next()] : [null, name];
    counts.set(path ?? "", { additions: lines(added), deletions: lines(deleted) });
  }
  return found.map((change) => ({ ...change, ...(counts.get(change.path) ?? NOTHING) }));
}

const lines = (count: string) => (count === "-" ? null : Number(count));
const idOrNull = (id: string) => (/^0+$/.test(id) ? null : id);

/** A name of bytes as the text that it is; what is no UTF-8 becomes U+FFFD. */
export function textOf(bytes: string): string {
  return /[\x80-\xff]/.test(bytes) ? Buffer.from(bytes, "latin1").toString("utf8") : bytes;
}
