import type { PatchHunk } from "./patch";

/** The line of the new side that a line of the old side is there; null where it is gone or was changed. */
export function movedLine(hunks: readonly PatchHunk[], line: number): number | null {
  let offset = 0;
  for (const { old_start, old_lines, new_start, new_lines, lines } of hunks) {
    // Of a side without lines, the start is the line before.
    const first = old_lines === 0 ? old_start + 1 : old_start;
    if (line < first) break;
    if (line >= first + old_lines) {
      offset += new_lines - old_lines;
      continue;
    }
    let [before, after] = [first, new_lines === 0 ? new_start + 1 : new_start];
    for (const text of lines) {
      const sign = text.charAt(0);
      if (sign !== "+" && before === line) return sign === "-" ? null : after;
      if (sign !== "+") before += 1;
      if (sign !== "-") after += 1;
    }
    return null;
  }
  return line + offset;
}
