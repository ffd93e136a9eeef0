import type { SelectedLineRange } from "@pierre/diffs";
import type { ReactNode } from "react";
import type { WireFile } from "./wire";

/** Lines of one side of a changed file that something is said of; `start_line` null: one line. */
export interface LineAnchor {
  path: string;
  side: "old" | "new";
  line: number;
  start_line: number | null;
}

/** Where a remark stands; `line` null: above all lines, since its own are gone. */
export type RemarkAnchor = LineAnchor | { path: string; side: "old" | "new"; line: null };

/** What stands under lines of a diff, and how more of it is begun. */
export interface Remarks {
  /** Those of a file, in order; each is shown under its last line. */
  of: (path: string) => readonly { key: string; anchor: RemarkAnchor }[];
  render: (key: string) => ReactNode;
  /** The button beside a line was pressed, or pulled over several; `quote`: their words, where they are known. Absent for who may not say anything. */
  onAsk?: (anchor: LineAnchor, quote: string | null) => void;
}

const SIDES = { deletions: "old", additions: "new" } as const;

/** The lines that a person has chosen. A range over both sides is that of the side where it ends. */
export function anchorOf(path: string, { start, end, side, endSide }: SelectedLineRange): LineAnchor {
  const last = endSide ?? side ?? "additions";
  const isOneSided = (side ?? last) === last;
  const [first, line] = [Math.min(start, end), Math.max(start, end)];
  return {
    path,
    side: SIDES[last],
    line: isOneSided ? line : end,
    start_line: isOneSided && first < line ? first : null,
  };
}

/** The words of lines, where all of them stand in the file's hunks. */
export function wordsOf(
  { hunks }: Pick<WireFile, "hunks">,
  { side, line, start_line }: LineAnchor,
): string | null {
  const other = side === "old" ? "+" : "-";
  const words = new Map<number, string>();
  for (const hunk of hunks ?? []) {
    let at = side === "old" ? hunk.old_start : hunk.new_start;
    for (const text of hunk.lines) if (!text.startsWith(other)) words.set(at++, text.slice(1));
  }
  const wanted: string[] = [];
  for (let at = start_line ?? line; at <= line; at++) {
    const text = words.get(at);
    if (text === undefined) return null;
    wanted.push(text);
  }
  return wanted.join("\n");
}
