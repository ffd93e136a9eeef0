import { type StructuredPatchHunk, structuredPatch } from "diff";

export interface DiffLine {
  sign: "+" | "-" | " ";
  text: string;
  /** Line numbers in the old and the new file; null where the file does not have the line. */
  before: number | null;
  after: number | null;
  /** Unchanged lines were left out just before this line. */
  isAfterGap: boolean;
}

const CONTEXT = 3;
/** Time limit for the comparison. After it, all old lines show as removed and all new ones as added. */
const COMPARE_MS = 200;
/** The most lines that are shown. */
const MOST_LINES = 2_000;

/** What changed between two texts, with a few unchanged lines around it. `before` null: a new file. */
export function diffLines(before: string | null, after: string) {
  const found = structuredPatch("", "", before ?? "", after, "", "", {
    context: CONTEXT,
    timeout: COMPARE_MS,
  });
  const lines = (found?.hunks ?? [replaced(before ?? "", after)]).flatMap(linesOfHunk);
  return {
    lines: lines.slice(0, MOST_LINES),
    added: lines.filter(({ sign }) => sign === "+").length,
    removed: lines.filter(({ sign }) => sign === "-").length,
    /** There are more lines than are shown. */
    isCut: lines.length > MOST_LINES,
  };
}

type Hunk = Pick<StructuredPatchHunk, "oldStart" | "newStart" | "lines">;

function linesOfHunk({ oldStart, newStart, lines }: Hunk, at: number): DiffLine[] {
  let [before, after] = [oldStart, newStart];
  const isAfterGap = at > 0 || Math.max(before, after) > 1;
  return lines.flatMap((line, place): DiffLine[] => {
    const sign = line.charAt(0);
    if (sign !== "+" && sign !== "-" && sign !== " ") return [];
    const numbers = {
      before: sign === "+" ? null : before++,
      after: sign === "-" ? null : after++,
    };
    return [{ sign, text: line.slice(1), ...numbers, isAfterGap: isAfterGap && place === 0 }];
  });
}

function replaced(before: string, after: string): Hunk {
  const signed = (sign: string, text: string) =>
    text === ""
      ? []
      : text
          .replace(/\n$/, "")
          .split("\n")
          .map((line) => `${sign}${line}`);
  return { oldStart: 1, newStart: 1, lines: [...signed("-", before), ...signed("+", after)] };
}
